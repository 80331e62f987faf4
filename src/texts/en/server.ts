/** What the server itself calls things, for people to read. */
export const SERVER = {
  /** The client that another phone of the same account asks as. */
  anotherPhone: "This site, on another phone",
  passkey: {
    /** What a passkey is called until its owner gives it a name. */
    madeWith: (browser: string, system: string) => `${browser} on ${system}`,
    madeSomewhere: "Passkey",
  },
};
