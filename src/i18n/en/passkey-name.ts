/** What a passkey is called until its owner gives it a name. */
export const PASSKEY_NAME = {
  madeWith: (browser: string, system: string) => `${browser} on ${system}`,
  madeSomewhere: "Passkey",
};
