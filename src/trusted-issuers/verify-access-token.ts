import { defined } from "../lib/defined.ts";
import * as v from "valibot";
import type { TrustedIssuer } from "../config/index.ts";
import { sha256 } from "../lib/digest.ts";
import { claimsOf, verifyJwt } from "../lib/verify-jwt.ts";
import { remoteJwks, JwksUnavailableError } from "../lib/jwks-cache.ts";
import { SIGNATURE_ALGORITHMS } from "../lib/signature-algorithms.ts";
import { err, ok, type Result } from "../lib/result.ts";
import type { AuthenticatedUser } from "../login-session/domain/session.ts";
import { CLOCK_TOLERANCE, violationOf } from "./access-token-rules.ts";
import { VerifiedTokenCache } from "./verified-token-cache.ts";
import { subjectOf } from "./subject.ts";

export type BearerError =
  /** The token is not one that proves anything here. */
  | "access_token_invalid"
  /** Whether it does can't be told now: its issuer's keys can't be had. */
  | "issuer_unavailable";

const MAX_LENGTH = 8192;

/** What is read of a token once it is proven. An optional claim in another form counts as not there. */
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
  /** RFC 7800 §3.1, RFC 9449 §6.1. A confirmation of a kind that can't be checked here is no reason to do without. */
  cnf: v.exactOptional(v.strictObject({ jkt: v.string() })),
});

/**
 * Who holds a phone that presents an access token of the site's own identity provider. The issuer
 * that the token names must be one that is configured, to the letter, and everything else is checked
 * with what is configured for that one. `prefixes` are those of all the sources of subjects; `jkt` is
 * the thumbprint of the key that a DPoP proof came with, if one did.
 */
export async function verifyAccessToken(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  prefixes: readonly string[],
  jkt?: string,
): Promise<Result<AuthenticatedUser, BearerError>> {
  if (token.length > MAX_LENGTH) return err("access_token_invalid");
  try {
    const said = await verifyAndCache(token, issuers);
    // RFC 9449 §7.1 and §7.2: a token that is bound to a key is worth nothing without it, and the
    // proof of a key proves nothing for a token that isn't.
    if (!said || said.claims.cnf?.jkt !== jkt) return err("access_token_invalid");
    return accountOf(said.claims, said.issuer.subject_prefix, prefixes);
  } catch (error) {
    if (error instanceof JwksUnavailableError) return err("issuer_unavailable");
    throw error;
  }
}

/** What a good token says, and whose it is. */
interface VerifiedToken {
  issuer: TrustedIssuer;
  claims: v.InferOutput<typeof Claims>;
}

/** The tokens proven lately under each configuration: under another one, nothing is. */
const proven = new WeakMap<ReadonlyMap<string, TrustedIssuer>, VerifiedTokenCache<VerifiedToken>>();

/** What a token says, proven now or a moment ago; undefined for one that proves nothing. */
async function verifyAndCache(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
): Promise<VerifiedToken | undefined> {
  const memory = proven.get(issuers) ?? new VerifiedTokenCache<VerifiedToken>();
  proven.set(issuers, memory);
  const hash = await sha256(token);
  const known = memory.get(hash, Date.now());
  if (known) return known;
  const issuer = issuers.get(claimsOf(token)?.iss ?? "");
  if (!issuer) return undefined;
  const verified = await verifyJwt(token, remoteJwks(issuer.jwks_uri), {
    issuer: issuer.issuer,
    audience: issuer.audience,
    algorithms: SIGNATURE_ALGORITHMS,
    requiredClaims: ["exp"],
    clockTolerance: CLOCK_TOLERANCE,
  });
  if (!verified) return undefined;
  const { payload, protectedHeader } = verified;
  const signed = { typ: protectedHeader.typ, claims: payload };
  const violation = violationOf(signed, issuer, Date.now() / 1000);
  if (violation) {
    // Its issuer has signed it, so this is no stranger's noise: the operator should know which setting it was.
    console.warn(`A token of ${issuer.issuer} was refused: ${violation}`);
    return undefined;
  }
  const claims = v.safeParse(Claims, payload);
  if (!claims.success) return undefined;
  const said = { issuer, claims: claims.output };
  const { exp = 0 } = payload;
  memory.set(hash, said, Date.now(), (exp + CLOCK_TOLERANCE) * 1000);
  return said;
}

function accountOf(
  claims: v.InferOutput<typeof Claims>,
  prefix: string,
  prefixes: readonly string[],
): Result<AuthenticatedUser, BearerError> {
  const { name, auth_time, amr, acr, email, email_verified: emailVerified } = claims;
  const sub = subjectOf(prefix, claims.sub, prefixes);
  if (sub === undefined) return err("access_token_invalid");
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
