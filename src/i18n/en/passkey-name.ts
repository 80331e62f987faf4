/** The default name of a passkey. */
export const PASSKEY_NAME = {
  madeWith: (browser: string, system: string) => `${browser} on ${system}`,
  madeSomewhere: "Passkey",
};
