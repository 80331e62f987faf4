import { SCAN_PROMPT as SCAN_PROMPT_DE } from "./de/scan-prompt.ts";
import { PASSKEY_NAME as PASSKEY_NAME_DE } from "./de/passkey-name.ts";
import { SERVER as SERVER_DE } from "./de/server.ts";
import { SSO as SSO_DE } from "./de/sso.ts";
import { SCAN_PROMPT } from "./en/scan-prompt.ts";
import { PASSKEY_NAME } from "./en/passkey-name.ts";
import { SERVER } from "./en/server.ts";
import { SSO } from "./en/sso.ts";
import { SCAN_PROMPT as SCAN_PROMPT_FR } from "./fr/scan-prompt.ts";
import { PASSKEY_NAME as PASSKEY_NAME_FR } from "./fr/passkey-name.ts";
import { SERVER as SERVER_FR } from "./fr/server.ts";
import { SSO as SSO_FR } from "./fr/sso.ts";
import type { Language } from "./languages.ts";

interface ServerTexts {
  SCAN_PROMPT: typeof SCAN_PROMPT;
  PASSKEY_NAME: typeof PASSKEY_NAME;
  SERVER: typeof SERVER;
  SSO: typeof SSO;
}

/**
 * The texts that the server renders: its own pages, the login page before its script runs, and
 * default names of passkeys.
 */
export const SERVER_TEXTS: Readonly<Record<Language, ServerTexts>> = {
  en: { SCAN_PROMPT, PASSKEY_NAME, SERVER, SSO },
  de: {
    SCAN_PROMPT: SCAN_PROMPT_DE,
    PASSKEY_NAME: PASSKEY_NAME_DE,
    SERVER: SERVER_DE,
    SSO: SSO_DE,
  },
  fr: {
    SCAN_PROMPT: SCAN_PROMPT_FR,
    PASSKEY_NAME: PASSKEY_NAME_FR,
    SERVER: SERVER_FR,
    SSO: SSO_FR,
  },
};
