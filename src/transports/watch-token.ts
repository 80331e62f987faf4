import { parse } from "hono/utils/cookie";
import { BEARER_SUBPROTOCOL_PREFIX } from "../protocol/socket.ts";

/** The `__Secure-` prefix makes browsers refuse it from anything but https (RFC 6265bis §4.1.3.1). */
export const WATCH_COOKIE = "__Secure-watch_token";

/**
 * The watch token, wherever the transport allows it to be: a header, a subprotocol offered by a
 * browser's WebSocket (which can set no header), or the cookie of our own page. Never the URL, which
 * ends up in logs and histories.
 */
export function presentedWatchToken(headers: Headers): string | undefined {
  const bearer = /^Bearer +([\w-]{43})$/i.exec(headers.get("Authorization") ?? "");
  if (bearer) return bearer[1];
  const offered = offeredSubprotocols(headers).find((name) =>
    name.startsWith(BEARER_SUBPROTOCOL_PREFIX),
  );
  if (offered) return offered.slice(BEARER_SUBPROTOCOL_PREFIX.length);
  return watchCookie(headers);
}

/** The watch token of the browser that shows the session's code, in whatever it asks about it. */
export function watchCookie(headers: Headers): string | undefined {
  return parse(headers.get("Cookie") ?? "", WATCH_COOKIE)[WATCH_COOKIE];
}

export function offeredSubprotocols(headers: Headers): string[] {
  const offered = headers.get("Sec-WebSocket-Protocol") ?? "";
  return offered.split(",").map((name) => name.trim());
}
