/**
 * The accepted algorithms of other parties' JWTs (RFC 7518 §3.1, RFC 9864 §2.2): only asymmetric
 * signatures (RFC 8725 §3.1, §3.2).
 */
export const SIGNATURE_ALGORITHMS = [
  ...["RS256", "RS384", "RS512"],
  ...["PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512"],
  ...["EdDSA", "Ed25519"],
];

/**
 * The algorithms that this server signs tokens with, by the setting of the client (RFC 7518 §3.3,
 * §3.4; RFC 8037 §3.1, with Ed25519).
 */
export const SIGNING_ALGORITHMS = ["RS256", "ES256", "EdDSA"] as const;

export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];
