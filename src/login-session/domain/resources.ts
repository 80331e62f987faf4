/**
 * The resources of a login's access tokens (RFC 8707). What the authorization request names is
 * granted; if it names none, that is our issuer alone.
 */

/** What a token request asks for. */
export interface RequestedResources {
  names: readonly string[];
  issuer: string;
}

/** RFC 8707 §2.2: whether everything that a token request asks for was granted. */
export function areGranted(
  granted: readonly string[] | undefined,
  requested: RequestedResources | undefined,
): boolean {
  if (!requested) return true;
  const { names, issuer } = requested;
  return names.every((name) => (granted ?? [issuer]).includes(name));
}
