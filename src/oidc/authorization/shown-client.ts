/** A client that the person at a browser was shown, with the scopes and claims that they let it have. */
export interface ShownClient {
  clientId: string;
  /** As `scopeWithClaims` lists them. */
  scope: string;
}

/** Whether the person was shown this client with at least these scopes. */
export function wasShown(shown: readonly ShownClient[], { clientId, scope }: ShownClient): boolean {
  const known = shown.find((client) => client.clientId === clientId)?.scope.split(" ") ?? [];
  return known.length > 0 && scope.split(" ").every((name) => known.includes(name));
}

/** The clients with one more, or with more scopes of it. Returns the same list if nothing is new. */
export function withScope(shown: ShownClient[], client: ShownClient, max: number): ShownClient[] {
  if (wasShown(shown, client)) return shown;
  const { clientId } = client;
  const known = shown.find((other) => other.clientId === clientId)?.scope.split(" ") ?? [];
  const scope = [...new Set([...known, ...client.scope.split(" ")])].join(" ");
  const others = shown.filter((other) => other.clientId !== clientId);
  return [...others, { clientId, scope }].slice(-max);
}
