const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** Longest that a length of one byte can say (X.690 §8.1.3.4): P-256, the one curve used here, needs 72. */
const SHORT = 0x7f;

/**
 * The two numbers of an ECDSA signature as a passkey sends them: an Ecdsa-Sig-Value (RFC 3279 §2.2.3),
 * in DER, with nothing before, between or after. Throws for everything else.
 */
export function readEcdsaSignature(der: Uint8Array): { r: Uint8Array; s: Uint8Array } {
  const whole = element(der, SEQUENCE);
  if (whole.rest.length > 0) throw new Error("something follows the signature");
  const r = element(whole.content, INTEGER);
  const s = element(r.rest, INTEGER);
  if (s.rest.length > 0) throw new Error("a signature has two numbers");
  return { r: positive(r.content), s: positive(s.content) };
}

/** The element that the bytes begin with, which must be of this type, and what follows it. */
function element(bytes: Uint8Array, type: number): { content: Uint8Array; rest: Uint8Array } {
  const [tag, length] = bytes;
  if (tag !== type || length === undefined || length > SHORT || bytes.length < 2 + length) {
    throw new Error("not a signature");
  }
  return { content: bytes.subarray(2, 2 + length), rest: bytes.subarray(2 + length) };
}

/** X.690 §8.3.2: in as few bytes as may be. A number of a signature is never negative, nor zero. */
function positive(integer: Uint8Array): Uint8Array {
  const [first, second] = integer;
  if (first === undefined || first > 0x7f) throw new Error("not a positive number");
  if (first === 0 && (second === undefined || second <= 0x7f)) {
    throw new Error("not a positive number in its shortest form");
  }
  return integer;
}
