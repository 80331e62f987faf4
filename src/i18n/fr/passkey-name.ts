import type { PASSKEY_NAME as English } from "../en/passkey-name.ts";

/** What a passkey is called until its owner gives it a name. */
export const PASSKEY_NAME = {
  madeWith: (browser: string, system: string) => `${browser} sur ${system}`,
  madeSomewhere: "Clé d’accès",
} satisfies typeof English;
