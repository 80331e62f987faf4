import { SignJWT, type JWTPayload } from "jose";
import { configOf } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { verifyJwt } from "../../lib/verify-jwt.ts";
import { ALGORITHM } from "../../lib/jwk.ts";
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from "../../lib/signature-algorithms.ts";
import { MAX_TOKEN_TTL } from "./key-rotation.ts";
import { publishedKeys, signingKey } from "./signing-key-cache.ts";
import { keyOfHeader } from "./verification-key.ts";

/** Characters: more than any JWT of this server has. */
const MAX_LENGTH = 8192;

/** Signs claims. `ttlMs`: whole seconds, at most `MAX_TOKEN_TTL`. `aud` defaults to our issuer. */
export type Sign = (typ: string, claims: JWTPayload, ttlMs: number) => Promise<string>;

/** Loads the signing key. Signing with the returned function can't fail for want of a key. */
export async function createSigner(
  env: Env,
  algorithm: SigningAlgorithm = ALGORITHM,
): Promise<Sign> {
  const { kid, key } = await signingKey(env, algorithm);
  const { issuer } = configOf(env);
  return async (typ, claims, ttlMs) => {
    if (ttlMs > MAX_TOKEN_TTL) throw new RangeError("the token would outlive its key");
    const iat = Math.floor(Date.now() / 1000);
    return await new SignJWT({ aud: issuer, ...claims, iss: issuer, iat, exp: iat + ttlMs / 1000 })
      .setProtectedHeader({ alg: algorithm, typ, kid })
      .sign(key);
  };
}

/** Signs a JWT. `typ` names its purpose, and `verifyOwnJwt` must be called with the same one. */
export async function signOwnJwt(
  env: Env,
  typ: string,
  claims: JWTPayload,
  ttlMs: number,
  algorithm?: SigningAlgorithm,
): Promise<string> {
  const sign = await createSigner(env, algorithm);
  return await sign(typ, claims, ttlMs);
}

/**
 * Verifies a JWT that this server signed, and returns its claims. The audience is our issuer unless
 * `audience` names another one, and is not checked with `anyAudience`; a token without `exp` is accepted only with `allowNoExpiry`. The
 * error is the reason for the operator's log.
 */
export async function verifyOwnJwt(
  env: Env,
  typ: string,
  token: string,
  {
    audience,
    anyAudience = false,
    allowNoExpiry = false,
  }: { audience?: string; anyAudience?: boolean; allowNoExpiry?: boolean } = {},
): Promise<Result<JWTPayload, string>> {
  if (token.length > MAX_LENGTH) return err("token_too_long");
  const { byKid } = await publishedKeys(env);
  const { issuer } = configOf(env);
  const verified = await verifyJwt(
    token,
    // Our keys are published a day before they sign, so an unknown key is not ours.
    (header) => keyOfHeader(header, byKid.get(header.kid ?? "")),
    {
      algorithms: [...SIGNING_ALGORITHMS],
      // RFC 8725 §3.11: one kind of JWT can't be used as another.
      typ,
      issuer,
      ...(anyAudience ? {} : { audience: audience ?? issuer }),
      requiredClaims: allowNoExpiry ? ["iat"] : ["iat", "exp"],
    },
  );
  return verified.ok ? ok(verified.value.payload) : verified;
}
