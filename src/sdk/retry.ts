import { LoginError } from "./login-error.ts";
import { sleep } from "./sleep.ts";

/** How often a request is made at most. */
const MAX_TRIES = 3;

/** Milliseconds after which no other try begins: somebody waits for the answer. */
const BUDGET = 15_000;

const FIRST_DELAY = 400;

/** Milliseconds. A server that asks for more patience than this is not asked again, and its error is the answer. */
const LONGEST_RETRY_AFTER = 5_000;

/** Answers of something that could not reach the server, or of a server that was not ready (RFC 9110 §15.6). */
const NOT_READY = [502, 503, 504];

/** Whether the server, or something before it, has answered that it was not ready. */
export function isNotReady(error: unknown): error is LoginError {
  return error instanceof LoginError && NOT_READY.includes(error.status ?? 0);
}

/** Whether a request may have failed for a moment only: its answer was lost, or none could be made. */
export function isTransient(error: unknown): error is LoginError {
  return isNotReady(error) || (error instanceof LoginError && error.code === "network");
}

/**
 * Milliseconds to wait after so many tries, or undefined where another one is of no use. As long as the
 * server asks for, or twice as long each time; a part of it is left to chance (`random` is from 0 to 1),
 * so that all who lost one server don't come back at the same moment.
 */
export function delayAfter(
  error: unknown,
  tries: number,
  random: number,
  isWorthATry = isTransient,
): number | undefined {
  if (tries >= MAX_TRIES || !isWorthATry(error)) return undefined;
  const { retryAfter = 0 } = error;
  if (retryAfter > LONGEST_RETRY_AFTER) return undefined;
  const backoff = FIRST_DELAY * 2 ** (tries - 1);
  return Math.max(retryAfter, backoff / 2) + (backoff / 2) * random;
}

/**
 * Makes a request, and again where it failed for a moment only. Only for what may be asked twice, since
 * the first try may have been carried out and its answer lost. `attempt` is told how many tries there were
 * before; `isWorthATry` says after which failures there is another one.
 */
export async function withRetries<Answer>(
  attempt: (triesBefore: number) => Promise<Answer>,
  {
    signal,
    isWorthATry = isTransient,
  }: { signal?: AbortSignal | undefined; isWorthATry?: typeof isTransient } = {},
): Promise<Answer> {
  const startedAt = Date.now();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(tries - 1);
    } catch (error) {
      const delay = isOffline() ? undefined : delayAfter(error, tries, Math.random(), isWorthATry);
      if (delay === undefined || Date.now() - startedAt + delay > BUDGET) throw error;
      await sleep(delay, signal);
      signal?.throwIfAborted();
    }
  }
}

/** Without a network there is nothing to wait for. */
function isOffline(): boolean {
  return typeof navigator !== "undefined" && "onLine" in navigator && !navigator.onLine;
}
