/** A title and a sentence. */
export type TitledText = [title: string, text: string];
