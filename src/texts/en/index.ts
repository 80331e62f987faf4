/** Everything that is said to people, in English: the language that the others are translated from. */
export { PHONE } from "./phone.ts";
export { SCREEN } from "./screen.ts";
export { SERVER } from "./server.ts";
