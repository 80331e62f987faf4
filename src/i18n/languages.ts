/** The languages that people are spoken to in. The first is for whoever reads none of them. */
export const LANGUAGES = ["en", "de", "fr"] as const;

export type Language = (typeof LANGUAGES)[number];
