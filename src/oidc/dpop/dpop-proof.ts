import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWK } from "jose";
import * as v from "valibot";
import { sha256 } from "../../lib/digest.ts";
import { defined } from "../../lib/defined.ts";
import { verifyJwt } from "../../lib/verify-jwt.ts";
import { SIGNATURE_ALGORITHMS } from "../../lib/signature-algorithms.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { invalidDpopProof, useDpopNonce, type OAuthError } from "../errors.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { isSameUri } from "./same-uri.ts";

/** The request that a proof must be for. */
export interface ProvenRequest {
  method: string;
  /** The issuer's origin and the path; never taken from a header. */
  uri: string;
  /** The access token in the request, at a resource. */
  accessToken?: string;
  /** The accepted signature algorithms, if the client has fewer than all. */
  algorithms?: string[];
}

/** A valid proof. Whether it was used before is checked by `consumeDpopProof`. */
export interface DpopProof {
  /** Thumbprint of the key (RFC 7638). */
  jkt: string;
  jti: string;
  /** From when on it is not accepted any more, in milliseconds since the epoch. */
  until: number;
  /** The nonce of this server that it contains. */
  nonce?: string;
}

/** When a nonce expires, in milliseconds since the epoch; undefined for one that is not accepted. */
export type NonceExpiry = (nonce: string) => Promise<number | undefined>;

/**
 * Seconds by which the times in a proof may differ from now. A proof is made just before its request is sent (RFC
 * 9449 §11.1); a minute allows for the network and for wrong clocks.
 */
const WINDOW = 60;

/** Characters: more than a proof with an RSA key of 4,096 bits has. */
const MAX_LENGTH = 4096;

/** RFC 9449 §4.3, point 7: the key in the header has no private part. */
const PublicKey = v.object({
  kty: v.string(),
  d: v.optional(v.never()),
  k: v.optional(v.never()),
});

const Claims = v.object({
  // RFC 9449 §11.1: used values are stored, so their size is limited.
  jti: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  htm: v.string(),
  htu: v.pipe(v.string(), v.maxLength(2000)),
  iat: v.pipe(v.number(), v.finite()),
  // Optional claims of a JWT (RFC 7519 §4.1.4, §4.1.5).
  exp: v.exactOptional(v.pipe(v.number(), v.finite())),
  nbf: v.exactOptional(v.pipe(v.number(), v.finite())),
  ath: v.exactOptional(v.string()),
  nonce: v.exactOptional(v.string()),
});

type Claims = v.InferOutput<typeof Claims>;

/**
 * Checks a proof by the points of RFC 9449 §4.3. `now` is in milliseconds. If the time is all that is wrong, the error
 * asks for a nonce.
 */
export async function verifyDpopProof(
  proof: string,
  request: ProvenRequest,
  now: number,
  nonceExpiry: NonceExpiry = async () => undefined,
): Promise<Result<DpopProof, OAuthError>> {
  // Points 2 to 7: a JWT of this type with all claims, signed by the public key in its header.
  const opened = await open(proof, request.algorithms ?? SIGNATURE_ALGORITHMS);
  if (!opened.ok) {
    const description = "The DPoP proof is no dpop+jwt signed with the public key in its header.";
    return err(invalidDpopProof(description, opened.error));
  }
  const { claims, jkt } = opened.value;

  // Points 8 and 9.
  const isMethodRight = claims.htm === request.method;
  if (!isMethodRight || !isSameUri(claims.htu, request.uri)) {
    const reason = isMethodRight ? "htu_mismatch" : "htm_mismatch";
    return err(invalidDpopProof("The DPoP proof is for another method or address.", reason));
  }

  // Point 12.
  if (request.accessToken !== undefined) {
    const ath = await sha256(request.accessToken);
    if (claims.ath === undefined || !timingSafeEqual(claims.ath, ath)) {
      const description = "The DPoP proof is not for this access token.";
      return err(invalidDpopProof(description, "ath_mismatch"));
    }
  }

  const until = await expiryOf(claims, now, nonceExpiry);
  if (!until.ok) return until;
  const { jti, nonce } = claims;
  return ok({ jkt, jti, until: until.value, ...defined({ nonce }) });
}

/**
 * Points 10 and 11: when a proof expires that is valid now. A nonce proves that the proof is new, whatever the clock of
 * the client says, so a proof with a nonce needs no right times.
 */
async function expiryOf(
  { iat, exp, nbf, nonce }: Claims,
  now: number,
  nonceExpiry: NonceExpiry,
): Promise<Result<number, OAuthError>> {
  if (nonce !== undefined) {
    const until = await nonceExpiry(nonce);
    if (until !== undefined) return ok(until);
    return err(useDpopNonce("The nonce of the DPoP proof is not valid now.", "nonce_not_valid"));
  }
  const from = Math.max(iat, nbf ?? iat) - WINDOW;
  const until = Math.min(iat, exp ?? iat) + WINDOW;
  const isNow = from * 1000 <= now && now < until * 1000;
  if (isNow) return ok(until * 1000);
  const description = "The DPoP proof is too old, or from the future.";
  return err(useDpopNonce(description, "iat_out_of_range"));
}

async function open(
  proof: string,
  algorithms: string[],
): Promise<Result<{ claims: Claims; jkt: string }, string>> {
  if (proof.length > MAX_LENGTH) return err("proof_too_long");
  const verified = await verifyJwt(proof, embeddedKey, {
    typ: "dpop+jwt",
    algorithms,
    // `expiryOf` checks the times, since a wrong time has another error.
    clockTolerance: Number.MAX_SAFE_INTEGER,
  });
  if (!verified.ok) return verified;
  const claims = v.safeParse(Claims, verified.value.payload);
  if (!claims.success) return err("claims_malformed");
  const jkt = await thumbprintOf(verified.value.protectedHeader.jwk);
  return jkt === undefined ? err("key_without_thumbprint") : ok({ claims: claims.output, jkt });
}

const embeddedKey: typeof EmbeddedJWK = async (header, token) => {
  if (!v.is(PublicKey, header?.jwk)) throw new errors.JWSInvalid("not a public key");
  return await EmbeddedJWK(header, token);
};

/** RFC 7638. Undefined for a key that the runtime accepts and the standard does not. */
async function thumbprintOf(jwk: JWK | undefined): Promise<string | undefined> {
  try {
    return jwk && (await calculateJwkThumbprint(jwk));
  } catch {
    return undefined;
  }
}
