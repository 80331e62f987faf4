/** What the pages say, in the language that they are built for: the build puts another one in place of English. */
export {
  ACCOUNT,
  CLAIMS,
  COMPARE,
  COUNTING,
  LANGUAGE,
  LOG,
  NOTICES_SWITCH,
  PHONE,
  SCREEN,
  SUBJECT,
  UNIT,
  WAY,
} from "../../i18n/en/index.ts";
export type { Claim, ClaimName } from "../../i18n/claim.ts";
export type { Notice } from "../../i18n/notice.ts";
