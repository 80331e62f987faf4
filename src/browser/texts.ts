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
} from "../texts/en/index.ts";
export type { Claim, ClaimName } from "../texts/claim.ts";
export type { Notice } from "../texts/notice.ts";
