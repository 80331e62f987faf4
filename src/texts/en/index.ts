/** Everything that is said to people, in English: the language that the others are translated from. */
export { ACCOUNT } from "./account.ts";
export { CLIENTS } from "./clients.ts";
export { NOTICES_SWITCH } from "./notices.ts";
export { PHONE } from "./phone.ts";
export { SCREEN } from "./screen.ts";
export { SERVER } from "./server.ts";
