import type { Client } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { RequestedResources } from "../../login-session/domain/resources.ts";
import { UNKNOWN_RESOURCE, type OAuthError } from "../errors.ts";

/**
 * Reads the `resource` parameters of a request (RFC 8707 §2). Known are our issuer and the client's
 * `resources`. Undefined if the request names none.
 *
 * Names are compared as strings. The one exception is an origin, which may come with a slash at its
 * end: libraries that send a URL add it, and both name the same resource (RFC 3986 §6.2.3).
 */
export function readResources(
  client: Client,
  issuer: string,
  sent: readonly string[],
): Result<RequestedResources | undefined, OAuthError> {
  if (sent.length === 0) return ok(undefined);
  const known = [issuer, ...client.resources];
  const names = new Set<string>();
  for (const resource of sent) {
    const name = known.includes(resource)
      ? resource
      : known.find((one) => isOrigin(one) && resource === `${one}/`);
    if (name === undefined) return err(UNKNOWN_RESOURCE);
    names.add(name);
  }
  return ok({ names: [...names], issuer });
}

/** What a login session stores: nothing if tokens are for our issuer alone, which is the default. */
export function grantedResources(requested: RequestedResources | undefined): string[] | undefined {
  if (!requested) return undefined;
  const { names, issuer } = requested;
  return names.length === 1 && names[0] === issuer ? undefined : [...names];
}

function isOrigin(uri: string): boolean {
  return URL.canParse(uri) && new URL(uri).origin === uri;
}
