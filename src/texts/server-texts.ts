import { INVITATION as INVITATION_DE } from "./de/invitation.ts";
import { SERVER as SERVER_DE } from "./de/server.ts";
import { INVITATION } from "./en/invitation.ts";
import { SERVER } from "./en/server.ts";
import { INVITATION as INVITATION_FR } from "./fr/invitation.ts";
import { SERVER as SERVER_FR } from "./fr/server.ts";
import type { Language } from "./languages.ts";

/** What the server says to people, in every language: in its own pages, and on the screen until a script has begun. */
export const SERVER_TEXTS: Readonly<
  Record<Language, { INVITATION: typeof INVITATION; SERVER: typeof SERVER }>
> = {
  en: { INVITATION, SERVER },
  de: { INVITATION: INVITATION_DE, SERVER: SERVER_DE },
  fr: { INVITATION: INVITATION_FR, SERVER: SERVER_FR },
};
