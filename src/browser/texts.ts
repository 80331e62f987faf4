/** What the pages say, in the language that they are built for: the build puts another one in place of English. */
export { ACCOUNT, NOTICES_SWITCH, PHONE, SCREEN } from "../texts/en/index.ts";
export type { Notice } from "../texts/notice.ts";
