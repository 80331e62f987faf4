/** The QR decoder for browsers without a BarcodeDetector: a separate file, loaded when the camera is on. */
export { BarcodeDetector } from "qr/decode.js";
