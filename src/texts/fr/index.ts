/** Everything that the pages say, in French. */
export { CLAIMS, COMPARE, COUNTING, LOG, SUBJECT, UNIT, WAY } from "./compare.ts";
export { PHONE } from "./phone.ts";
export { SCREEN } from "./screen.ts";

/** By which numbers and times are written. */
export const LANGUAGE: string = "fr";
