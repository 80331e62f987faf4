/** The QR renderer: a separate file, since the server rendered the page's first code. */
export { renderQr } from "../../sdk/qr.ts";
