/**
 * What draws codes. It is a file of its own for the screen, whose first code was drawn by the server:
 * the next one is due some seconds later.
 */
export { renderQr } from "../../sdk/qr.ts";
