import { defined } from "../lib/defined.ts";
import * as v from "valibot";
import type { TrustedIssuer } from "../config/index.ts";
import { sha256 } from "../lib/digest.ts";
import { claimsOf, verifyJwt } from "../lib/verify-jwt.ts";
import { remoteJwks, JwksUnavailableError } from "../lib/jwks-cache.ts";
import { SIGNATURE_ALGORITHMS } from "../lib/signature-algorithms.ts";
import { err, ok, type Result } from "../lib/result.ts";
import type { AuthenticatedUser } from "../login-session/domain/authenticated-user.ts";
import { CLOCK_TOLERANCE, violationOf } from "./access-token-rules.ts";
import { VerifiedTokenCache } from "./verified-token-cache.ts";
import { subjectOf } from "./subject.ts";

export interface AccessTokenError {
  /** `issuer_unavailable`: the issuer's keys can't be fetched now. */
  code: "access_token_invalid" | "issuer_unavailable";
  /** Which check failed, for the operator's log. Never a value from the token. */
  reason?: string;
  /** The trusted issuer that the token names. */
  issuer?: string;
}

/** Characters. */
const MAX_LENGTH = 8192;

/** The claims that are read. An optional claim that is malformed counts as missing. */
const Claims = v.object({
  sub: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,200}$/)),
  name: optionalClaim(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  auth_time: optionalClaim(v.pipe(v.number(), v.minValue(0), v.maxValue(1e11))),
  amr: optionalClaim(
    v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(50))), v.maxLength(20)),
  ),
  acr: optionalClaim(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  email: optionalClaim(v.pipe(v.string(), v.maxLength(254), v.regex(/^[^\s@]+@[^\s@]+$/))),
  email_verified: optionalClaim(v.boolean()),
  /**
   * RFC 7800 §3.1, RFC 9449 §6.1. A token with another confirmation method is rejected: it can't be
   * checked here.
   */
  cnf: v.exactOptional(v.strictObject({ jkt: v.string() })),
});

/**
 * Authenticates an approver by an access token of a trusted issuer. `iss` must equal the `issuer`
 * of a configured one, and all other checks use that one's settings. `prefixes`: the subject
 * prefixes of all sources. `jkt`: the thumbprint of the key of the DPoP proof in the request, if
 * any.
 */
export async function verifyAccessToken(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  prefixes: readonly string[],
  jkt?: string,
): Promise<Result<AuthenticatedUser, AccessTokenError>> {
  if (token.length > MAX_LENGTH) return err(invalid("token_too_long"));
  try {
    const verified = await verifyAndCache(token, issuers);
    if (!verified.ok) return verified;
    const { issuer, claims } = verified.value;
    // RFC 9449 §7.1 and §7.2: a bound token needs a proof of its key, and a proof needs a bound
    // token.
    if (claims.cnf?.jkt !== jkt) return err(invalid("dpop_key_mismatch", issuer));
    return userOf(claims, issuer, prefixes);
  } catch (error) {
    if (error instanceof JwksUnavailableError) return err({ code: "issuer_unavailable" });
    throw error;
  }
}

function invalid(reason: string, issuer?: TrustedIssuer): AccessTokenError {
  return { code: "access_token_invalid", reason, ...defined({ issuer: issuer?.issuer }) };
}

interface VerifiedToken {
  issuer: TrustedIssuer;
  claims: v.InferOutput<typeof Claims>;
}

/** Tokens verified recently, for each configuration. */
const caches = new WeakMap<ReadonlyMap<string, TrustedIssuer>, VerifiedTokenCache<VerifiedToken>>();

async function verifyAndCache(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
): Promise<Result<VerifiedToken, AccessTokenError>> {
  const cache = caches.get(issuers) ?? new VerifiedTokenCache<VerifiedToken>();
  caches.set(issuers, cache);
  const hash = await sha256(token);
  const cached = cache.get(hash, Date.now());
  if (cached) return ok(cached);
  const issuer = issuers.get(claimsOf(token)?.iss ?? "");
  if (!issuer) return err(invalid("issuer_not_trusted"));
  const verified = await verifyJwt(token, remoteJwks(issuer.jwks_uri), {
    issuer: issuer.issuer,
    audience: issuer.audience,
    algorithms: SIGNATURE_ALGORITHMS,
    requiredClaims: ["exp"],
    clockTolerance: CLOCK_TOLERANCE,
  });
  if (!verified.ok) return err(invalid(verified.error, issuer));
  const { payload, protectedHeader } = verified.value;
  const signed = { typ: protectedHeader.typ, claims: payload };
  const violation = violationOf(signed, issuer, Date.now() / 1000);
  if (violation) return err(invalid(violation, issuer));
  const claims = v.safeParse(Claims, payload);
  if (!claims.success) return err(invalid("claims_malformed", issuer));
  const result = { issuer, claims: claims.output };
  const { exp = 0 } = payload;
  cache.set(hash, result, Date.now(), (exp + CLOCK_TOLERANCE) * 1000);
  return ok(result);
}

function userOf(
  claims: v.InferOutput<typeof Claims>,
  issuer: TrustedIssuer,
  prefixes: readonly string[],
): Result<AuthenticatedUser, AccessTokenError> {
  const { name, auth_time, amr, acr, email, email_verified: emailVerified } = claims;
  const sub = subjectOf(issuer.subject_prefix, claims.sub, prefixes);
  if (sub === undefined) return err(invalid("sub_of_another_prefix", issuer));
  return ok({
    sub,
    ...defined({ name }),
    ...(auth_time === undefined ? {} : { authTime: Math.floor(auth_time * 1000) }),
    ...defined({ amr, acr, email }),
    ...(email === undefined || emailVerified === undefined ? {} : { emailVerified }),
  });
}

function optionalClaim<Schema extends v.GenericSchema>(schema: Schema) {
  return v.fallback(v.optional(schema), undefined);
}
