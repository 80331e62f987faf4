import type { PASSKEY_NAME as English } from "../en/passkey-name.ts";

/** What a passkey is called until its owner gives it a name. */
export const PASSKEY_NAME = {
  madeWith: (browser: string, system: string) => `${browser} auf ${system}`,
  madeSomewhere: "Passkey",
} satisfies typeof English;
