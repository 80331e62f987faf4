/** Everything that is said to people, in English: the language that the others are translated from. */
export { CLIENTS } from "./clients.ts";
export { PHONE } from "./phone.ts";
export { SCREEN } from "./screen.ts";
export { SERVER } from "./server.ts";
