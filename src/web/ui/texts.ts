/** The texts of the pages. The build replaces English by the language of the page. */
export {
  ACCOUNT,
  CLAIMS,
  COMPARE,
  COUNTING,
  LANGUAGE,
  LOG,
  NOTIFICATIONS_SWITCH,
  PHONE,
  SCREEN,
  SUBJECT,
  UNIT,
  WAY,
} from "../../i18n/en/index.ts";
export type { Claim, ClaimName } from "../../i18n/claim.ts";
export type { TitledText } from "../../i18n/titled-text.ts";
