/** The parameters of an authorization request, from a query, a form or a pushed request. */
export interface AuthorizationParameters {
  /** Parameters that occur once. An empty one counts as missing (RFC 6749 §3.1). */
  values: ReadonlyMap<string, string>;
  /**
   * Parameters that occur more than once, which is an error (RFC 6749 §3.1): readers might pick
   * different values.
   */
  repeated: ReadonlySet<string>;
  /** RFC 8707 §2: the only parameter that may be repeated. */
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
  return { values, repeated, resources: resources.filter((value) => value !== "") };
}
