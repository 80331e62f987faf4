import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWK } from "jose";
import * as v from "valibot";
import { sha256 } from "../../lib/digest.ts";
import { verifyJwt } from "../../lib/verify-jwt.ts";
import { SIGNATURE_ALGORITHMS } from "../../lib/signature-algorithms.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";

/** The request that a proof must have been made for. */
export interface ProvenRequest {
  method: string;
  /** As it is known to the world: our issuer and the path, never what a header says. */
  uri: string;
  /** The access token that came with it, at a resource. */
  accessToken?: string;
}

/** A proof that is right. Whether it came before is for `useOnce` to say. */
export interface DpopProof {
  /** Thumbprint of the key (RFC 7638). */
  jkt: string;
  jti: string;
  /** Milliseconds since the epoch: when it would be refused for its age. */
  until: number;
}

/**
 * Seconds by which a proof may be older or newer than now. It is made for one request, just before
 * that is sent (RFC 9449 §11.1), so a minute is for the way and for clocks that are a little wrong.
 */
const WINDOW = 60;

/** Larger than a proof by an RSA key of 4,096 bits. */
const MAX_LENGTH = 4096;

/** RFC 9449 §4.3, point 7: the key in the header has no private part. */
const PublicKey = v.object({
  kty: v.string(),
  d: v.optional(v.never()),
  k: v.optional(v.never()),
});

const Claims = v.object({
  // RFC 9449 §11.1: large ones would only fill our memory.
  jti: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  htm: v.string(),
  htu: v.pipe(v.string(), v.maxLength(2000)),
  iat: v.pipe(v.number(), v.finite()),
  ath: v.exactOptional(v.string()),
});

/** Checks a proof, point by point of RFC 9449 §4.3. `now` is in milliseconds. What is refused is said for developers. */
export async function verifyDpopProof(
  proof: string,
  request: ProvenRequest,
  now: number,
): Promise<Result<DpopProof, string>> {
  // Points 2 to 7: a JWT of this type, with all its claims, signed asymmetrically by the public key in its header.
  const opened = await open(proof, now);
  if (!opened) {
    return err("The DPoP proof is no dpop+jwt signed with the public key in its header.");
  }
  const { claims, jkt } = opened;

  // Points 8 and 9.
  if (claims.htm !== request.method || !isSameAddress(claims.htu, request.uri)) {
    return err("The DPoP proof is for another method or address.");
  }

  // Point 11.
  if (Math.abs(now / 1000 - claims.iat) > WINDOW) {
    return err("The DPoP proof is too old, or from the future.");
  }

  // Point 12.
  if (request.accessToken !== undefined) {
    const ath = await sha256(request.accessToken);
    if (claims.ath === undefined || !timingSafeEqual(claims.ath, ath)) {
      return err("The DPoP proof is not for this access token.");
    }
  }
  return ok({ jkt, jti: claims.jti, until: (claims.iat + WINDOW) * 1000 });
}

async function open(
  proof: string,
  now: number,
): Promise<{ claims: v.InferOutput<typeof Claims>; jkt: string } | undefined> {
  if (proof.length > MAX_LENGTH) return undefined;
  const verified = await verifyJwt(proof, embeddedKey, {
    typ: "dpop+jwt",
    algorithms: SIGNATURE_ALGORITHMS,
    currentDate: new Date(now),
  });
  const claims = v.safeParse(Claims, verified?.payload);
  const jkt = await thumbprintOf(verified?.protectedHeader.jwk);
  return claims.success && jkt !== undefined ? { claims: claims.output, jkt } : undefined;
}

const embeddedKey: typeof EmbeddedJWK = async (header, token) => {
  if (!v.is(PublicKey, header?.jwk)) throw new errors.JWSInvalid("not a public key");
  return await EmbeddedJWK(header, token);
};

/** RFC 7638. Undefined for a key that the runtime takes and the standard doesn't. */
async function thumbprintOf(jwk: JWK | undefined): Promise<string | undefined> {
  try {
    return jwk && (await calculateJwkThumbprint(jwk));
  } catch {
    return undefined;
  }
}

/** Without query and fragment, and after the normalization of RFC 3986 §6.2.2 and §6.2.3. */
function isSameAddress(claimed: string, uri: string): boolean {
  if (!URL.canParse(claimed)) return false;
  const [theirs, ours] = [new URL(claimed), new URL(uri)];
  return (
    theirs.origin === ours.origin &&
    theirs.pathname === ours.pathname &&
    theirs.username === "" &&
    theirs.password === ""
  );
}
