/** The texts of the pages in English, from which the other languages are translated. */
export { ACCOUNT } from "./account.ts";
export { CLAIMS, COMPARE, COUNTING, LOG, SUBJECT, UNIT, WAY } from "./compare.ts";
export { NOTIFICATIONS_SWITCH } from "./notifications.ts";
export { PHONE } from "./phone.ts";
export { SCREEN } from "./screen.ts";

/** The locale for numbers and times. */
export const LANGUAGE: string = "en";
