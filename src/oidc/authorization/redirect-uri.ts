import type { Client } from "../../config/index.ts";

/**
 * Whether a redirect is one of the client's: compared character by character (RFC 9700 §2.1), so that
 * nothing a URL parser does to an address can make two of them the same.
 *
 * The one exception is RFC 8252 §7.3: an app on the person's own machine listens on a port that it
 * learns when it starts. That holds for the addresses 127.0.0.1 and [::1] alone. `localhost` is a name,
 * which may resolve to another machine (§8.3), so it is compared like any other.
 */
export function isRegisteredRedirect(client: Client, uri: string): boolean {
  if (client.redirect_uris.includes(uri)) return true;
  const anyPort = withoutLoopbackPort(uri);
  return (
    anyPort !== undefined &&
    URL.canParse(uri) &&
    client.redirect_uris.some((registered) => withoutLoopbackPort(registered) === anyPort)
  );
}

/** A loopback address without its port; undefined for any other. */
function withoutLoopbackPort(uri: string): string | undefined {
  const [, origin, , rest] =
    /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(:[1-9]\d{0,4})?($|[/?].*$)/s.exec(uri) ?? [];
  return origin === undefined ? undefined : `${origin}${rest ?? ""}`;
}
