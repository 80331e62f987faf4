import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import { configOf, type Client } from "../../config/index.ts";
import { isJwtOfType } from "../../lib/jwt-type.ts";
import { verifyJwt } from "../../lib/verify-jwt.ts";
import { remoteJwks, JwksUnavailableError } from "../../lib/jwks-cache.ts";
import { SIGNATURE_ALGORITHMS } from "../../lib/signature-algorithms.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { CLIENT_KEYS_UNAVAILABLE, INVALID_CLIENT, type TokenError } from "../errors.ts";
import { consumeJti } from "../dpop/jti-replay-cache.ts";

/** Seconds that an assertion may live: the longer, the longer what was used of it must be remembered. */
const MAX_LIFETIME = 600;

/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE = 30;

/**
 * An assertion made for us says "JWT", nothing, or what it is; what says anything else, a DPoP proof or
 * a token, was made with the same key for another purpose (RFC 8725 §3.11).
 */
const TYPES = [undefined, "jwt", "client-authentication+jwt"];

const Claims = v.object({
  exp: v.pipe(v.number(), v.finite()),
  iat: v.exactOptional(v.pipe(v.number(), v.finite())),
  // One audience: an assertion that is also for another server could be used here by that server.
  aud: v.union([v.string(), v.strictTuple([v.string()])]),
  jti: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
});

/** Whether an assertion proves a client that has registered keys (RFC 7523 §3, OpenID Connect Core §9). */
export async function verifyClientAssertion(
  env: Env,
  client: Client,
  assertion: string,
): Promise<Result<Client, TokenError>> {
  const keys = keysOf(client);
  if (!keys) return err(INVALID_CLIENT);
  try {
    if (!isJwtOfType(assertion, TYPES)) return err(INVALID_CLIENT);
    const verified = await verifyJwt(assertion, keys, {
      algorithms: SIGNATURE_ALGORITHMS,
      // RFC 7523 §3, points 1 and 2: both are the client.
      issuer: client.client_id,
      subject: client.client_id,
      // Point 3.
      audience: audiences(env),
      requiredClaims: ["exp", "jti"],
      clockTolerance: CLOCK_TOLERANCE,
    });
    const claims = v.safeParse(Claims, verified?.payload);
    if (!claims.success || !isShortLived(claims.output)) return err(INVALID_CLIENT);
    // Point 7, and OpenID Connect Core §9: one that comes again was seen by somebody on its way.
    const { jti, exp } = claims.output;
    const until = (exp + CLOCK_TOLERANCE) * 1000;
    const first = await consumeJti(env, { client: client.client_id }, jti, until);
    return first ? ok(client) : err(INVALID_CLIENT);
  } catch (error) {
    if (error instanceof JwksUnavailableError) return err(CLIENT_KEYS_UNAVAILABLE);
    throw error;
  }
}

/** Points 4 and 6: it is of now, and for a little while. */
function isShortLived({ exp, iat }: v.InferOutput<typeof Claims>): boolean {
  const now = Date.now() / 1000;
  if (exp > now + MAX_LIFETIME + CLOCK_TOLERANCE) return false;
  if (iat === undefined) return true;
  return iat <= now + CLOCK_TOLERANCE && exp - iat <= MAX_LIFETIME;
}

/** Our own name; and the addresses that RFC 9126 §2 and OpenID Connect Core §9 let stand for it. */
function audiences(env: Env): string[] {
  const { issuer } = configOf(env);
  return [issuer, `${issuer}/token`, `${issuer}/par`];
}

const local = new WeakMap<object, JWTVerifyGetKey>();

/** The keys that a client has registered: in the configuration itself, or by their address. */
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
      // To the client that is a refusal as any other. The operator has registered what is no key.
      if (!(error instanceof errors.JOSEError)) {
        console.warn(`A key in the jwks of ${clientId} can't be used: ${String(error)}`);
      }
      throw error;
    }
  };
}
