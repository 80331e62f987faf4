import * as v from "valibot";
import type { TrustedIssuer } from "../config.ts";
import { sha256 } from "../crypto/digest.ts";
import { claimsOf, verifyJwt } from "../crypto/presented-jwt.ts";
import { keysAt, KeysUnavailable } from "../crypto/remote-keys.ts";
import { SIGNATURE_ALGORITHMS } from "../crypto/signature-algorithms.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import type { AccountClaims } from "../login/session.ts";
import { CLOCK_TOLERANCE, violationOf } from "./access-token-rules.ts";
import { ProvenTokens } from "./proven-tokens.ts";
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
export async function verifyBearer(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  prefixes: readonly string[],
  jkt?: string,
): Promise<Result<AccountClaims, BearerError>> {
  if (token.length > MAX_LENGTH) return refusal("access_token_invalid");
  try {
    const said = await saidBy(token, issuers);
    // RFC 9449 §7.1 and §7.2: a token that is bound to a key is worth nothing without it, and the
    // proof of a key proves nothing for a token that isn't.
    if (!said || said.claims.cnf?.jkt !== jkt) return refusal("access_token_invalid");
    return accountOf(said.claims, said.issuer.subject_prefix, prefixes);
  } catch (error) {
    if (error instanceof KeysUnavailable) return refusal("issuer_unavailable");
    throw error;
  }
}

/** What a good token says, and whose it is. */
interface Said {
  issuer: TrustedIssuer;
  claims: v.InferOutput<typeof Claims>;
}

/** The tokens proven lately under each configuration: under another one, nothing is. */
const proven = new WeakMap<ReadonlyMap<string, TrustedIssuer>, ProvenTokens<Said>>();

/** What a token says, proven now or a moment ago; undefined for one that proves nothing. */
async function saidBy(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
): Promise<Said | undefined> {
  const memory = proven.get(issuers) ?? new ProvenTokens<Said>();
  proven.set(issuers, memory);
  const hash = await sha256(token);
  const known = memory.recall(hash, Date.now());
  if (known) return known;
  const issuer = issuers.get(claimsOf(token)?.iss ?? "");
  if (!issuer) return undefined;
  const verified = await verifyJwt(token, keysAt(issuer.jwks_uri), {
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
  memory.remember(hash, said, Date.now(), (exp + CLOCK_TOLERANCE) * 1000);
  return said;
}

function accountOf(
  claims: v.InferOutput<typeof Claims>,
  prefix: string,
  prefixes: readonly string[],
): Result<AccountClaims, BearerError> {
  const { name, auth_time, amr, acr, email, email_verified: emailVerified } = claims;
  const sub = subjectOf(prefix, claims.sub, prefixes);
  if (sub === undefined) return refusal("access_token_invalid");
  return success({
    sub,
    ...(name === undefined ? {} : { name }),
    ...(auth_time === undefined ? {} : { authTime: Math.floor(auth_time * 1000) }),
    ...(amr === undefined ? {} : { amr }),
    ...(acr === undefined ? {} : { acr }),
    ...(email === undefined ? {} : { email }),
    ...(email === undefined || emailVerified === undefined ? {} : { emailVerified }),
  });
}

function optionalClaim<Schema extends v.GenericSchema>(schema: Schema) {
  return v.fallback(v.optional(schema), undefined);
}
