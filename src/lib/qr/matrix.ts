import QRCode from "qrcode-svg";

/** Rows of modules; true is dark. */
export type Matrix = boolean[][];

/**
 * The QR code of an ASCII text, without a quiet zone: byte mode, error correction level M, smallest
 * version (ISO/IEC 18004). Throws if the text is too long; 2,331 bytes always are.
 */
export function qrMatrix(text: string): Matrix {
  const { modules } = new QRCode({ content: text, ecl: "M", padding: 0 }).qrcode;
  return modules;
}
