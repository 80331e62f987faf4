import { errors, SignJWT, type JWTPayload } from "jose";
import { configOf } from "../../config/index.ts";
import { verifyJwt } from "../../lib/verify-jwt.ts";
import { ALGORITHM } from "../../lib/jwk.ts";
import { MAX_TOKEN_TTL } from "./key-rotation.ts";
import { publishedKeys, signingKey } from "./signing-key-cache.ts";

/** Longer than any JWT of ours. */
const MAX_LENGTH = 8192;

/**
 * Signs claims with the key it was made with. `ttlMs` is whole seconds, at most `MAX_TOKEN_TTL`;
 * `aud` is our own issuer unless the claims say otherwise.
 */
export type Sign = (typ: string, claims: JWTPayload, ttlMs: number) => Promise<string>;

/** A signature is at hand when this has answered: nothing that could fail is left for later. */
export async function createSigner(env: Env): Promise<Sign> {
  const { kid, key } = await signingKey(env);
  const { issuer } = configOf(env);
  return async (typ, claims, ttlMs) => {
    if (ttlMs > MAX_TOKEN_TTL) throw new RangeError("the token would outlive its key");
    const iat = Math.floor(Date.now() / 1000);
    return await new SignJWT({ aud: issuer, ...claims, iss: issuer, iat, exp: iat + ttlMs / 1000 })
      .setProtectedHeader({ alg: ALGORITHM, typ, kid })
      .sign(key);
  };
}

/** A JWT of ours. Its `typ` says what it may be used for, and `verifyOwn` must be told the same. */
export async function signOwnJwt(
  env: Env,
  typ: string,
  claims: JWTPayload,
  ttlMs: number,
): Promise<string> {
  const sign = await createSigner(env);
  return await sign(typ, claims, ttlMs);
}

/**
 * The claims of a JWT that we signed, of this kind and for ourselves; or undefined. What was meant
 * for somebody else, or is good for ever, is only taken where that is said.
 */
export async function verifyOwnJwt(
  env: Env,
  typ: string,
  token: string,
  meant: { audience?: string; forEver?: boolean } = {},
): Promise<JWTPayload | undefined> {
  if (token.length > MAX_LENGTH) return undefined;
  const { byKid } = await publishedKeys(env);
  const { issuer } = configOf(env);
  const verified = await verifyJwt(
    token,
    ({ kid }) => {
      // Our keys are published long before they sign, so a key that isn't known isn't ours.
      const key = byKid.get(kid ?? "");
      if (!key) throw new errors.JWKSNoMatchingKey();
      return key;
    },
    {
      // RFC 8725 §3.1: the algorithm is ours to say, not the token's.
      algorithms: [ALGORITHM],
      // RFC 8725 §3.11: one kind of JWT can't stand in for another.
      typ,
      issuer,
      audience: meant.audience ?? issuer,
      requiredClaims: meant.forEver ? ["iat"] : ["iat", "exp"],
    },
  );
  return verified?.payload;
}
