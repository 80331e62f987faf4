import type { PASSKEY_NAME as English } from "../en/passkey-name.ts";

/** The default name of a passkey. */
export const PASSKEY_NAME = {
  madeWith: (browser: string, system: string) => `${browser} auf ${system}`,
  madeSomewhere: "Passkey",
} satisfies typeof English;
