import * as v from "valibot";
import type { TrustedIssuer } from "../config/index.ts";

/** Why a token may not approve a login. Logged for the operator, and not sent. */
export type Violation =
  | "wrong_type"
  | "id_token"
  | "not_an_access_token"
  | "several_audiences"
  | "client_not_allowed"
  | "scope_missing"
  | "issued_in_the_future"
  | "lives_too_long";

export interface SignedToken {
  /** `typ` of its header. */
  typ: unknown;
  claims: Readonly<Record<string, unknown>>;
}

type Rules = Pick<
  TrustedIssuer,
  "token_type" | "required_scope" | "allowed_clients" | "max_lifetime"
>;

/** Claims that only ID tokens have: OpenID Connect Core §2 and §3.3.2.11, and `s_hash` of FAPI. */
const ID_TOKEN_CLAIMS = ["nonce", "at_hash", "c_hash", "s_hash"];

/** Seconds. */
export const CLOCK_TOLERANCE = 5;

/**
 * The first rule that a token violates. Its signature, issuer, audience and expiry were verified
 * before. `now`: in seconds since the epoch.
 */
export function violationOf(
  { typ, claims }: SignedToken,
  rules: Rules,
  now: number,
): Violation | undefined {
  // RFC 9068 §4, RFC 8725 §3.11: `typ` distinguishes kinds of JWT.
  const type = normalizedType(typ);
  if (!isAccepted(type, rules.token_type)) return "wrong_type";

  // An ID token is for a client. Any client that receives one could approve with it.
  if (ID_TOKEN_CLAIMS.some((claim) => Object.hasOwn(claims, claim))) return "id_token";
  if (isMarkedAsOtherKind(claims)) return "id_token";
  // Without the type at+jwt, a scope or a client_id is required: ID tokens have neither.
  if (type !== "at+jwt" && scopesOf(claims).length === 0 && claims["client_id"] === undefined) {
    return "not_an_access_token";
  }

  // RFC 8725 §3.9, §3.12: each of several audiences could use the token here. It is accepted only
  // if allowed_clients restricts the client that it was issued to.
  if (Array.isArray(claims["aud"]) && claims["aud"].length > 1 && !rules.allowed_clients) {
    return "several_audiences";
  }
  if (rules.allowed_clients && !isOfClient(claims, rules.allowed_clients)) {
    return "client_not_allowed";
  }

  // RFC 9068 §4: the resource server checks the scope.
  const scopes = scopesOf(claims);
  const needed = rules.required_scope?.split(" ") ?? [];
  if (!needed.every((scope) => scopes.includes(scope))) return "scope_missing";

  return violationOfTime(claims, rules.max_lifetime, now);
}

/** RFC 9068 §2.2: `iat` and `exp` limit the use of a stolen token. */
function violationOfTime(
  { iat, exp }: SignedToken["claims"],
  maxLifetime: number,
  now: number,
): Violation | undefined {
  if (typeof exp !== "number" || exp - now > maxLifetime + CLOCK_TOLERANCE) return "lives_too_long";
  if (iat === undefined) return undefined;
  if (typeof iat !== "number" || iat > now + CLOCK_TOLERANCE) return "issued_in_the_future";
  return exp - iat > maxLifetime ? "lives_too_long" : undefined;
}

/** RFC 7515 §4.1.9: a media type, compared without case, whose "application/" may be left out. */
function normalizedType(typ: unknown): string | undefined | null {
  if (typ === undefined) return undefined;
  return typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : null;
}

function isAccepted(
  type: string | undefined | null,
  accepted: TrustedIssuer["token_type"],
): boolean {
  switch (accepted) {
    case "at+jwt":
      return type === "at+jwt";
    case "JWT":
      return type === "jwt";
    case "any":
      return type === undefined || type === "jwt" || type === "at+jwt";
  }
}

/** The claims of Amazon Cognito (`token_use`) and Keycloak (`typ`) that distinguish their kinds of token. */
function isMarkedAsOtherKind({ token_use, typ }: SignedToken["claims"]): boolean {
  if (token_use !== undefined && token_use !== "access") return true;
  return typeof typ === "string" && /^(id|refresh|offline|logout)$/i.test(typ);
}

const Scope = v.union([
  v.pipe(
    v.string(),
    v.transform((scope) => scope.split(" ").filter((name) => name !== "")),
  ),
  v.array(v.string()),
]);

/** `scope` (RFC 9068 §2.2.3), or `scp` (Microsoft Entra ID, Okta). */
function scopesOf({ scope, scp }: SignedToken["claims"]): string[] {
  const read = v.safeParse(Scope, scope ?? scp);
  return read.success ? read.output : [];
}

/**
 * `client_id` (RFC 9068 §2.2), and `azp`, which many issuers use instead. If both exist, both must
 * be allowed.
 */
function isOfClient(
  { client_id, azp }: SignedToken["claims"],
  allowed: readonly string[],
): boolean {
  const named = [client_id, azp].filter((client) => client !== undefined);
  return (
    named.length > 0 &&
    named.every((client) => typeof client === "string" && allowed.includes(client))
  );
}
