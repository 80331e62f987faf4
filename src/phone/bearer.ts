import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";
import * as v from "valibot";
import type { TrustedIssuer } from "../config.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import type { AccountClaims } from "../login/session.ts";
import { keysAt, KeysUnavailable } from "./issuer-keys.ts";
import { subjectOf } from "./subject.ts";

export type BearerError =
  /** The token is not one that proves anything here. */
  | "access_token_invalid"
  /** Whether it does can't be told now: its issuer's keys can't be had. */
  | "issuer_unavailable";

const MAX_LENGTH = 8192;

/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE = 5;

/** Signatures only: with a shared secret whoever can check a token can make one (RFC 8725 §3.1). */
const ALGORITHMS = [
  ...["RS256", "RS384", "RS512"],
  ...["PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512"],
  ...["EdDSA", "Ed25519"],
];

/**
 * RFC 8725 §3.11: kinds of JWT are told apart by `typ`. An access token says "at+jwt" (RFC 9068 §2.1),
 * "JWT" or nothing; what says anything else (a logout token, a DPoP proof, a security event) was
 * made to be read by somebody else.
 */
const ACCESS_TOKEN_TYPES = [undefined, "jwt", "at+jwt"];

/** What is read of a token once it is proven. An optional claim in another form counts as not there. */
const Claims = v.object({
  sub: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,200}$/)),
  name: optionalClaim(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  auth_time: optionalClaim(v.pipe(v.number(), v.minValue(0), v.maxValue(1e11))),
  amr: optionalClaim(
    v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(50))), v.maxLength(20)),
  ),
  acr: optionalClaim(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
});

/**
 * Who holds a phone that presents an access token of the site's own identity provider. The issuer
 * that the token names must be one that is configured, to the letter, and everything else is checked
 * with what is configured for that one. `prefixes` are those of all the sources of subjects.
 */
export async function verifyBearer(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  prefixes: readonly string[],
): Promise<Result<AccountClaims, BearerError>> {
  if (token.length > MAX_LENGTH) return refusal("access_token_invalid");
  try {
    const issuer = issuers.get(decodeJwt(token).iss ?? "");
    if (!issuer || !isAccessToken(token)) return refusal("access_token_invalid");
    const { payload } = await jwtVerify(token, keysAt(issuer.jwks_uri), {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: ALGORITHMS,
      requiredClaims: ["exp"],
      clockTolerance: CLOCK_TOLERANCE,
    });
    return accountOf(payload, issuer.subject_prefix, prefixes);
  } catch (error) {
    if (error instanceof KeysUnavailable) return refusal("issuer_unavailable");
    if (error instanceof errors.JOSEError) return refusal("access_token_invalid");
    throw error;
  }
}

/** The token of an `Authorization` header (RFC 6750 §2.1), or undefined where it holds none. */
export function bearerToken(authorization: string): string | undefined {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1];
}

function isAccessToken(token: string): boolean {
  const typ: unknown = decodeProtectedHeader(token).typ;
  if (typ === undefined) return true;
  // RFC 7515 §4.1.9: a media type, of which "application/" may be left out; compared without case.
  const kind = typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : null;
  return kind !== null && ACCESS_TOKEN_TYPES.includes(kind);
}

function accountOf(
  payload: object,
  prefix: string,
  prefixes: readonly string[],
): Result<AccountClaims, BearerError> {
  const claims = v.safeParse(Claims, payload);
  if (!claims.success) return refusal("access_token_invalid");
  const { name, auth_time, amr, acr } = claims.output;
  const sub = subjectOf(prefix, claims.output.sub, prefixes);
  if (sub === undefined) return refusal("access_token_invalid");
  return success({
    sub,
    ...(name === undefined ? {} : { name }),
    ...(auth_time === undefined ? {} : { authTime: Math.floor(auth_time * 1000) }),
    ...(amr === undefined ? {} : { amr }),
    ...(acr === undefined ? {} : { acr }),
  });
}

function optionalClaim<Schema extends v.GenericSchema>(schema: Schema) {
  return v.fallback(v.optional(schema), undefined);
}
