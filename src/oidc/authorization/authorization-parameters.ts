/** The parameters of an authorization request, by whichever way they came. */
export interface AuthorizationParameters {
  /** What was given once, and not empty: that counts as not given (RFC 6749 §3.1). */
  values: ReadonlyMap<string, string>;
  /** What was given more than once, which nothing may be: two readers might each believe another one. */
  repeated: ReadonlySet<string>;
  /** RFC 8707 §2: the one parameter that may be given several times. */
  resources: readonly string[];
}

export function authorizationParameters(
  pairs: Iterable<readonly [name: string, value: string]>,
): AuthorizationParameters {
  const values = new Map<string, string>();
  const repeated = new Set<string>();
  const resources: string[] = [];
  for (const [name, value] of pairs) {
    if (name === "resource") resources.push(value);
    else if (values.has(name)) repeated.add(name);
    else values.set(name, value);
  }
  for (const [name, value] of values) {
    if (value === "" || repeated.has(name)) values.delete(name);
  }
  return { values, repeated, resources };
}
