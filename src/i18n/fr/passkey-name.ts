import type { PASSKEY_NAME as English } from "../en/passkey-name.ts";

/** The default name of a passkey. */
export const PASSKEY_NAME = {
  madeWith: (browser: string, system: string) => `${browser} sur ${system}`,
  madeSomewhere: "Clé d’accès",
} satisfies typeof English;
