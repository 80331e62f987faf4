/** A Durable Object was reset before its response was complete. */
export class ObjectUnavailable extends Error {
  override name = "ObjectUnavailable";
}

/**
 * Whether a call failed because its Durable Object was reset, moved, unreachable or overloaded. The
 * client gets 503 and may repeat its request. The runtime sets these properties on such errors, and
 * not on exceptions that the object throws
 * (https://developers.cloudflare.com/durable-objects/best-practices/error-handling/).
 */
export function isUnavailable(error: unknown): boolean {
  return (
    error instanceof ObjectUnavailable ||
    has(error, "retryable") ||
    has(error, "overloaded") ||
    has(error, "durableObjectReset")
  );
}

/**
 * Makes a call, and repeats it once if the object was reset or unreachable, but not if it is
 * overloaded. Only for idempotent calls. `call` must create a new stub, since a stub may be
 * unusable after an error.
 */
export async function callTwice<Call>(call: () => Call): Promise<Awaited<Call>> {
  try {
    return await call();
  } catch (error) {
    if (!isUnavailable(error) || has(error, "overloaded")) throw error;
    return await call();
  }
}

function has(error: unknown, property: string): boolean {
  return typeof error === "object" && error !== null && Reflect.get(error, property) === true;
}
