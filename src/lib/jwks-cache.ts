import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";

/** The keys can't be fetched: their server is down, slow or broken. The token may be valid. */
export class JwksUnavailableError extends Error {
  override name = "KeysUnavailable";
}

/**
 * Milliseconds before keys are fetched again. Verified tokens are cached for a minute more
 * (trusted-issuers/verified-token-cache.ts), so a withdrawn key is accepted for ten minutes at
 * most.
 */
const MAX_AGE = 540_000;

/** Milliseconds between fetches for unknown key ids. */
const COOLDOWN = 30_000;

/** Milliseconds without a fetch after a failure. */
const PAUSE = 5_000;

/** Milliseconds for the whole response. */
const TIMEOUT = 5_000;

/** Bytes of a key set. One key is under 1 kB. */
const MAX_SIZE = 65_536;

const known = new Map<string, JWTVerifyGetKey>();

/** The keys at a URL from the configuration, never from a token. All requests of an isolate share them. */
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
      // Anybody can send tokens that cause a fetch, which must not add load to a failing server.
      if (Date.now() - failedAt < PAUSE) throw new JwksUnavailableError();
      // The options forbid redirects: keys come only from the configured URL.
      const response = await fetch(url, options);
      return new Response(await boundedBody(response), { status: response.status });
    },
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof JwksUnavailableError || isTokenError(error)) throw error;
      failedAt = Date.now();
      console.warn(`the keys at ${jwksUri} can't be had: ${String(error)}`);
      throw new JwksUnavailableError();
    }
  };
}

/** Whether the keys were fetched, but none fits the token. */
function isTokenError(error: unknown): boolean {
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
