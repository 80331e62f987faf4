/**
 * The algorithms of RFC 7518 §3.1 and RFC 9864 §2.2 that others may sign with. Signatures only: with a
 * shared secret whoever can check a token can make one, and "none" is no proof (RFC 8725 §3.1, §3.2).
 */
export const SIGNATURE_ALGORITHMS = [
  ...["RS256", "RS384", "RS512"],
  ...["PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512"],
  ...["EdDSA", "Ed25519"],
];
