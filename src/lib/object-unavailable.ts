/**
 * Calls to Durable Objects that fail although nothing is wrong with them: the object was reset by a
 * deployment or a crash, its connection was lost, it moves to another machine, or it is overloaded
 * (https://developers.cloudflare.com/durable-objects/best-practices/error-handling/). The caller is
 * answered 503 and may repeat its request.
 */

/** An object went away before it had answered in full. */
export class ObjectUnavailable extends Error {
  override name = "ObjectUnavailable";
}

/**
 * Whether a call failed because its object was not available. The runtime says so by properties of the
 * error: `retryable` for a lost connection, `overloaded`, and `durableObjectReset` where the object was
 * in the middle of the call. An exception that the object itself has thrown has none of them.
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
 * Makes a call, and once more where its object was reset or could not be reached. Only for calls that
 * change nothing, or the same if they come twice. `call` must make a new stub each time: after an error
 * the old one may be of no use. What is overloaded is left alone.
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
