/** What the server itself calls things, for people to read. */
export const SERVER = {
  passkey: {
    /** What a passkey is called until its owner gives it a name. */
    madeWith: (browser: string, system: string) => `${browser} on ${system}`,
    madeSomewhere: "Passkey",
  },
};
