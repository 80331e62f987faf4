/**
 * The bindings with rate limits that refuse nobody, for tests that send more than anybody may. They are
 * found by what they are, so that a new one is lifted, too.
 */
export function withoutRateLimits(bindings: Env): Env {
  const changed = Object.entries(bindings).map(([name, binding]) => [
    name,
    isRateLimit(binding) ? { limit: async () => ({ success: true }) } : binding,
  ]);
  return Object.fromEntries(changed) as Env;
}

/** A service has a method of every name. */
function isRateLimit(binding: unknown): boolean {
  return (
    typeof binding === "object" && binding !== null && "limit" in binding && !("fetch" in binding)
  );
}
