import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import { configOf, type Client } from "../../config/index.ts";
import { isJwtOfType } from "../../lib/jwt-type.ts";
import { verifyJwt } from "../../lib/verify-jwt.ts";
import { remoteJwks, JwksUnavailableError } from "../../lib/jwks-cache.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { algorithmsOf } from "./client-algorithms.ts";
import { CLIENT_KEYS_UNAVAILABLE, invalidClient, type OAuthError } from "../errors.ts";
import { consumeJti } from "../dpop/jti-replay-cache.ts";

/** Seconds. Each used `jti` is stored until its assertion expires, so assertions must be short-lived. */
const MAX_LIFETIME = 600;

/** Seconds. */
const CLOCK_TOLERANCE = 30;

/**
 * The accepted `typ` of an assertion. Any other JWT of the same key, such as a DPoP proof, has
 * another purpose (RFC 8725 §3.11).
 */
const TYPES = [undefined, "jwt", "client-authentication+jwt"];

const Claims = v.object({
  exp: v.pipe(v.number(), v.finite()),
  iat: v.exactOptional(v.pipe(v.number(), v.finite())),
  aud: v.union([v.string(), v.array(v.string())]),
  jti: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
});

/** Verifies the assertion of a client that has registered keys (RFC 7523 §3, OpenID Connect Core §9). */
export async function verifyClientAssertion(
  env: Env,
  client: Client,
  assertion: string,
): Promise<Result<Client, OAuthError>> {
  const keys = keysOf(client);
  if (!keys) return err(invalidClient("no_keys_registered"));
  try {
    if (!isJwtOfType(assertion, TYPES)) return err(invalidClient("assertion_of_another_type"));
    const verified = await verifyJwt(assertion, keys, {
      algorithms: algorithmsOf(client),
      // RFC 7523 §3, points 1 and 2.
      issuer: client.client_id,
      subject: client.client_id,
      // Point 3; isForUs checks the rest.
      audience: audiences(env, client),
      requiredClaims: ["exp", "jti"],
      clockTolerance: CLOCK_TOLERANCE,
    });
    if (!verified.ok) return err(invalidClient(`assertion: ${verified.error}`));
    const claims = v.safeParse(Claims, verified.value.payload);
    if (!claims.success) return err(invalidClient("assertion_claims_malformed"));
    if (!isForUs(claims.output, audiences(env, client), client)) {
      return err(invalidClient("assertion_audience_not_allowed"));
    }
    if (!isShortLived(claims.output)) return err(invalidClient("assertion_lifetime_too_long"));
    // Point 7, and OpenID Connect Core §9: an assertion is used once.
    const { jti, exp } = claims.output;
    const until = (exp + CLOCK_TOLERANCE) * 1000;
    const first = await consumeJti(env, { client: client.client_id }, jti, until);
    return first ? ok(client) : err(invalidClient("assertion_jti_used"));
  } catch (error) {
    if (error instanceof JwksUnavailableError) return err(CLIENT_KEYS_UNAVAILABLE);
    throw error;
  }
}

/** Points 4 and 6: issued now, and for a short time. */
function isShortLived({ exp, iat }: v.InferOutput<typeof Claims>): boolean {
  const now = Date.now() / 1000;
  if (exp > now + MAX_LIFETIME + CLOCK_TOLERANCE) return false;
  if (iat === undefined) return true;
  return iat <= now + CLOCK_TOLERANCE && exp - iat <= MAX_LIFETIME;
}

/** The endpoints that authenticate clients. */
const ENDPOINTS = ["token", "par", "device_authorization", "introspect", "revoke"];

/**
 * The issuer alone, or with the client's setting the endpoints too. An endpoint's address proves less: a malicious
 * server can name our endpoint as its own, and use the assertion here (CVE-2025-27370, draft-ietf-oauth-rfc7523bis).
 * RFC 9126 §2 and OpenID Connect Core §9 allow it.
 */
function audiences(env: Env, { assertion_audience }: Client): string[] {
  const { issuer } = configOf(env);
  if (assertion_audience !== "endpoints") return [issuer];
  return [issuer, ...ENDPOINTS.map((endpoint) => `${issuer}/${endpoint}`)];
}

/**
 * The audience must be a single text, or with the client's setting a list of our addresses. Another server in
 * the list could use the assertion here.
 */
function isForUs(
  { aud }: v.InferOutput<typeof Claims>,
  ours: readonly string[],
  { assertion_audience }: Client,
): boolean {
  if (typeof aud === "string") return ours.includes(aud);
  return assertion_audience === "endpoints" && aud.every((one) => ours.includes(one));
}

const local = new WeakMap<object, JWTVerifyGetKey>();

/** The client's registered keys: `jwks` or `jwks_uri`. */
function keysOf({ client_id, jwks, jwks_uri }: Client): JWTVerifyGetKey | undefined {
  if (jwks_uri !== undefined) return remoteJwks(jwks_uri);
  if (jwks === undefined) return undefined;
  const keys = local.get(jwks) ?? registeredKeys(client_id, jwks);
  local.set(jwks, keys);
  return keys;
}

function registeredKeys(clientId: string, jwks: JSONWebKeySet): JWTVerifyGetKey {
  const keys = createLocalJWKSet(jwks);
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      // The operator has registered a key that can't be imported. The client gets invalid_client.
      if (!(error instanceof errors.JOSEError)) {
        console.warn(`A key in the jwks of ${clientId} can't be used: ${String(error)}`);
      }
      throw error;
    }
  };
}
