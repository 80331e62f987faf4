/** A title and a sentence. */
export type Notice = [title: string, text: string];
