/** Everything that the pages say, in French. */
export { ACCOUNT } from "./account.ts";
export { CLAIMS, COMPARE, COUNTING, LOG, SUBJECT, UNIT, WAY } from "./compare.ts";
export { NOTICES_SWITCH } from "./notices.ts";
export { PHONE } from "./phone.ts";
export { SCREEN } from "./screen.ts";

/** By which numbers and times are written. */
export const LANGUAGE: string = "fr";
