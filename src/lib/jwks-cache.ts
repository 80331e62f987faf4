import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";

/**
 * Keys that others publish: a trusted issuer's, or a client's own. What is asked for is an address from
 * the configuration, never one that a token names.
 */

/** The keys can't be had now: their server is down, slow, moved or broken. No fault of the token's. */
export class JwksUnavailableError extends Error {
  override name = "KeysUnavailable";
}

/**
 * Milliseconds: how long keys are used without asking again. With the minute for which what they have
 * proven is remembered (phone/proven-tokens.ts), a key that is withdrawn counts for ten at most.
 */
const MAX_AGE = 540_000;

/** Milliseconds from one asking to the next, however many tokens name a key that is not known. */
const COOLDOWN = 30_000;

/** Milliseconds after a failure in which their server is left alone. */
const PAUSE = 5_000;

/** Milliseconds, for the whole answer. */
const TIMEOUT = 5_000;

/** Bytes. A key is under 1 kB, and nobody publishes dozens. */
const MAX_SIZE = 65_536;

const known = new Map<string, JWTVerifyGetKey>();

/** The keys published at an address; all requests in an isolate share them. */
export function remoteJwks(jwksUri: string): JWTVerifyGetKey {
  const keys = known.get(jwksUri) ?? remoteKeys(jwksUri);
  known.set(jwksUri, keys);
  return keys;
}

function remoteKeys(jwksUri: string): JWTVerifyGetKey {
  let failedAt = -Infinity;
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    cacheMaxAge: MAX_AGE,
    cooldownDuration: COOLDOWN,
    timeoutDuration: TIMEOUT,
    [customFetch]: async (url, options) => {
      // Anyone can send tokens that lead here; while that server is in trouble that must not add to it.
      if (Date.now() - failedAt < PAUSE) throw new JwksUnavailableError();
      // A redirect is not followed (the options say so): keys come from where the operator said.
      const response = await fetch(url, options);
      return new Response(await boundedBody(response), { status: response.status });
    },
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof JwksUnavailableError || isAboutTheToken(error)) throw error;
      failedAt = Date.now();
      console.warn(`the keys at ${jwksUri} can't be had: ${String(error)}`);
      throw new JwksUnavailableError();
    }
  };
}

/** Whether the keys were there, but none for this token. */
function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

async function boundedBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(MAX_SIZE);
  let size = 0;
  for await (const chunk of response.body ?? []) {
    if (size + chunk.length > MAX_SIZE) throw new Error("larger than any set of keys");
    body.set(chunk, size);
    size += chunk.length;
  }
  return body.slice(0, size);
}
