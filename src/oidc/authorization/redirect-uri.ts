import type { Client } from "../../config/index.ts";

/**
 * Whether the client has registered this redirect URI. URIs are compared as strings (RFC 9700
 * §2.1).
 *
 * The only exception is RFC 8252 §7.3: for 127.0.0.1 and [::1] any port matches, since a native app
 * learns its port when it starts. `localhost` may resolve to another machine (§8.3), so it is
 * compared as a string.
 */
export function isRegisteredRedirect(client: Client, uri: string): boolean {
  if (client.redirect_uris.includes(uri)) return true;
  const portless = withoutLoopbackPort(uri);
  return (
    portless !== undefined &&
    URL.canParse(uri) &&
    client.redirect_uris.some((registered) => withoutLoopbackPort(registered) === portless)
  );
}

/** Whether a URI is a registered one of `localhost` with another port, to explain why it is refused. */
export function differsInLocalhostPort(client: Client, uri: string): boolean {
  const portless = withoutLocalhostPort(uri);
  return (
    portless !== undefined &&
    client.redirect_uris.some((registered) => withoutLocalhostPort(registered) === portless)
  );
}

function withoutLocalhostPort(uri: string): string | undefined {
  const [, origin, rest] = /^(http:\/\/localhost)(?::\d{1,5})?($|[/?].*$)/s.exec(uri) ?? [];
  return origin === undefined ? undefined : `${origin}${rest ?? ""}`;
}

/** A URI with a loopback address, without its port; undefined for any other URI. */
function withoutLoopbackPort(uri: string): string | undefined {
  const [, origin, , rest] =
    /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(:[1-9]\d{0,4})?($|[/?].*$)/s.exec(uri) ?? [];
  return origin === undefined ? undefined : `${origin}${rest ?? ""}`;
}
