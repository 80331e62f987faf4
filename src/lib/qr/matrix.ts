import QRCode from "qrcode-svg";

/** Rows of modules: true is dark. */
export type Matrix = boolean[][];

/**
 * The modules of the QR code of a text in ASCII, without a quiet zone: byte mode, error correction
 * level M, in the smallest version that holds it (ISO/IEC 18004). Throws where the text is too long
 * for any version: 2,331 bytes are always too many.
 */
export function qrMatrix(text: string): Matrix {
  const { modules } = new QRCode({ content: text, ecl: "M", padding: 0 }).qrcode;
  return modules;
}
