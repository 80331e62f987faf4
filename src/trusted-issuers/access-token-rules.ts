import * as v from "valibot";
import type { TrustedIssuer } from "../config/index.ts";

/**
 * Whether a token of a trusted issuer was made to be used as an access token here. Its signature,
 * issuer, audience and expiry were verified before. Pure functions: the clock is an argument.
 */

/** Why a token may not approve. For the operator; whoever presents it learns only that it is refused. */
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

/**
 * What only an ID token has: OpenID Connect Core §2 and §3.3.2.11, and the Financial-grade API's
 * `s_hash`. An access token has no use for any of them.
 */
const ID_TOKEN_CLAIMS = ["nonce", "at_hash", "c_hash", "s_hash"];

/** Seconds by which clocks may differ. */
export const CLOCK_TOLERANCE = 5;

/** The first rule that a token breaks. `now` is in seconds since the epoch. */
export function violationOf(
  { typ, claims }: SignedToken,
  rules: Rules,
  now: number,
): Violation | undefined {
  // RFC 9068 §4, RFC 8725 §3.11: kinds of JWT are told apart by `typ`.
  const type = normalizedType(typ);
  if (!isAccepted(type, rules.token_type)) return "wrong_type";

  // An ID token tells a client who has signed in. Everybody who receives one could approve with it.
  if (ID_TOKEN_CLAIMS.some((claim) => Object.hasOwn(claims, claim))) return "id_token";
  if (saysOtherKind(claims)) return "id_token";
  // Where the type doesn't say it, the claims must: no ID token has a scope or a client_id.
  if (type !== "at+jwt" && scopesOf(claims).length === 0 && claims["client_id"] === undefined) {
    return "not_an_access_token";
  }

  // RFC 8725 §3.9, §3.12: a token that is for others too was perhaps made for them, and each of them
  // could use it here. It counts where the client that it was issued to is one that may approve.
  if (Array.isArray(claims["aud"]) && claims["aud"].length > 1 && !rules.allowed_clients) {
    return "several_audiences";
  }
  if (rules.allowed_clients && !isOfClient(claims, rules.allowed_clients)) {
    return "client_not_allowed";
  }

  // RFC 9068 §4: what the token allows is for the resource server to check.
  const scopes = scopesOf(claims);
  const needed = rules.required_scope?.split(" ") ?? [];
  if (!needed.every((scope) => scopes.includes(scope))) return "scope_missing";

  return violationOfTime(claims, rules.max_lifetime, now);
}

/** RFC 9068 §2.2: `iat` and `exp` bound how long a stolen token is of use. */
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

/** RFC 7515 §4.1.9: a media type, of which "application/" may be left out, without regard to case. */
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

/** Claims by which widespread issuers tell their tokens apart: Amazon Cognito's `token_use`, Keycloak's `typ`. */
function saysOtherKind({ token_use, typ }: SignedToken["claims"]): boolean {
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

/** `scope` of RFC 9068 §2.2.3; `scp` is what Microsoft Entra ID and Okta call it. */
function scopesOf({ scope, scp }: SignedToken["claims"]): string[] {
  const read = v.safeParse(Scope, scope ?? scp);
  return read.success ? read.output : [];
}

/** `client_id` of RFC 9068 §2.2, and `azp`, which many issuers use instead. Both count where there are both. */
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
