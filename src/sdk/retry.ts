import { LoginError } from "./login-error.ts";
import { sleep } from "./sleep.ts";

const MAX_TRIES = 3;

/** Milliseconds after which no other try starts, since the user is waiting. */
const BUDGET = 15_000;

const FIRST_DELAY = 400;

/** Milliseconds. A request with a longer `Retry-After` is not repeated. */
const MAX_RETRY_AFTER = 5_000;

/** Responses of a server that was not ready, or of a gateway that could not reach it (RFC 9110 §15.6). */
const NOT_READY = [502, 503, 504];

export function isNotReady(error: unknown): error is LoginError {
  return error instanceof LoginError && NOT_READY.includes(error.status ?? 0);
}

/** Whether the same request may succeed a moment later: the response was lost, or the server was not ready. */
export function isTransient(error: unknown): error is LoginError {
  return isNotReady(error) || (error instanceof LoginError && error.code === "network");
}

/**
 * Milliseconds before the next try, or undefined if there is none: `Retry-After`, or exponential backoff with
 * jitter. `random` is from 0 to 1.
 */
export function delayAfter(
  error: unknown,
  tries: number,
  random: number,
  isRetryable = isTransient,
): number | undefined {
  if (tries >= MAX_TRIES || !isRetryable(error)) return undefined;
  const { retryAfter = 0 } = error;
  if (retryAfter > MAX_RETRY_AFTER) return undefined;
  const backoff = FIRST_DELAY * 2 ** (tries - 1);
  return Math.max(retryAfter, backoff / 2) + (backoff / 2) * random;
}

/**
 * Sends a request, and repeats it after a transient failure. Only for requests that may be repeated: the
 * server may have processed one whose response was lost. `attempt` receives the number of earlier tries.
 */
export async function withRetries<Answer>(
  attempt: (previousTries: number) => Promise<Answer>,
  {
    signal,
    isRetryable = isTransient,
  }: { signal?: AbortSignal | undefined; isRetryable?: typeof isTransient } = {},
): Promise<Answer> {
  const startedAt = Date.now();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(tries - 1);
    } catch (error) {
      const delay = isOffline() ? undefined : delayAfter(error, tries, Math.random(), isRetryable);
      if (delay === undefined || Date.now() - startedAt + delay > BUDGET) throw error;
      await sleep(delay, signal);
      signal?.throwIfAborted();
    }
  }
}

/** Offline, a retry has no chance. */
function isOffline(): boolean {
  return typeof navigator !== "undefined" && "onLine" in navigator && !navigator.onLine;
}
