/**
 * The QR decoder, for browsers that have none of their own. It is a file of its own, loaded when the
 * camera is on, since most people never need it.
 */
export { BarcodeDetector } from "qr/decode.js";
