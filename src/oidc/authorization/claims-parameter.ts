import * as v from "valibot";
import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { hasScope, SCOPE_OF } from "../../login-session/domain/consent.ts";
import {
  AUTHENTICATION_CLAIMS,
  PERSONAL_CLAIMS,
  type RequestedClaims,
} from "../../login-session/domain/requested-claims.ts";
import { invalidRequest, type OAuthError } from "../errors.ts";

/** Characters. */
export const MAX_CLAIMS = 4000;

const NO_OBJECT = "claims must be an object with members id_token and userinfo.";

const JsonObject = v.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  NO_OBJECT,
);

/** OpenID Connect Core §5.5.1: null, or what is asked of the claim. */
const ClaimRequest = v.nullable(
  v.pipe(
    JsonObject,
    v.object({
      essential: v.optional(v.boolean()),
      value: v.optional(v.unknown()),
      values: v.optional(v.array(v.unknown())),
    }),
  ),
);

const Place = v.nullish(v.pipe(JsonObject, v.record(v.string(), ClaimRequest)), {});

type Place = v.InferOutput<typeof Place>;

/** Unknown members are ignored (§5.5). */
const Claims = v.pipe(
  v.string(),
  v.maxLength(MAX_CLAIMS, `claims has more than ${MAX_CLAIMS} characters.`),
  v.parseJson(undefined, "claims is not JSON."),
  JsonObject,
  v.object({ id_token: Place, userinfo: Place }),
);

/** A `claims` parameter, as a login session needs it. */
export interface ClaimsParameter {
  /** What is asked for in addition to the claims of the scope. */
  claims?: RequestedClaims;
  /** The only accounts that may log in, if `sub` is asked for by value. */
  subjects?: string[];
  /** One of these must be the `acr`, which is essential. */
  requiredAcr?: string[];
}

/**
 * Reads the `claims` parameter (OpenID Connect Core §5.5). Claims that are unknown here, or that the
 * person has no value for, are left out of the response whether they are essential or not (§5.5.1).
 * Only `sub` with a value and an essential `acr` with values limit who can log in (§5.5.1.1).
 */
export function readClaims(text: string, scope: string): Result<ClaimsParameter, OAuthError> {
  const parsed = v.safeParse(Claims, text, { abortEarly: true });
  if (!parsed.success) {
    const [{ message, path }] = parsed.issues;
    const description = "claims must have null or an object for each claim.";
    return err(invalidRequest(path === undefined ? message : description));
  }
  const { id_token, userinfo } = parsed.output;
  const subjects = intersection(valuesOf(id_token, "sub"), valuesOf(userinfo, "sub"));
  const isAcrEssential = claimIn(id_token, "acr")?.essential === true;
  return ok(
    defined({
      claims: hasScope(scope, "openid") ? additionalClaims(id_token, userinfo, scope) : undefined,
      subjects,
      requiredAcr: isAcrEssential ? valuesOf(id_token, "acr") : undefined,
    }),
  );
}

/** Undefined if the scope gives all of it already, so that nothing is stored. */
function additionalClaims(
  idToken: Place,
  userinfo: Place,
  scope: string,
): RequestedClaims | undefined {
  const personal = PERSONAL_CLAIMS.filter((claim) => !hasScope(scope, SCOPE_OF[claim]));
  const inIdToken = personal.filter((claim) => isIn(idToken, claim));
  const atUserinfo = [...personal, ...AUTHENTICATION_CLAIMS].filter((claim) =>
    isIn(userinfo, claim),
  );
  if (inIdToken.length + atUserinfo.length === 0) return undefined;
  return {
    ...(inIdToken.length > 0 ? { id_token: inIdToken } : {}),
    ...(atUserinfo.length > 0 ? { userinfo: atUserinfo } : {}),
  };
}

function isIn(place: Place, claim: string): boolean {
  return Object.hasOwn(place, claim);
}

function claimIn(place: Place, claim: string) {
  return isIn(place, claim) ? place[claim] : undefined;
}

/** The values that a claim may have; undefined if it is asked for without a value. */
function valuesOf(place: Place, claim: string): string[] | undefined {
  const asked = claimIn(place, claim);
  if (!asked || (asked.value === undefined && asked.values === undefined)) return undefined;
  const values = [...(asked.value === undefined ? [] : [asked.value]), ...(asked.values ?? [])];
  return [...new Set(values.filter((value) => typeof value === "string"))];
}

function intersection(a: string[] | undefined, b: string[] | undefined): string[] | undefined {
  return a && b ? a.filter((value) => b.includes(value)) : (a ?? b);
}
