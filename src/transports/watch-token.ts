import { BEARER_SUBPROTOCOL_PREFIX } from "../protocol/socket.ts";
import { watchTokenFromCookie } from "./watch-cookie.ts";

/**
 * The watch token, wherever the transport allows it to be: a header, a subprotocol offered by a
 * browser's WebSocket (which can set no header), or the cookie of our own page. Never the URL, which
 * ends up in logs and histories.
 */
export function presentedWatchToken(headers: Headers, sessionId: string): string | undefined {
  const bearer = /^Bearer +([\w-]{43})$/i.exec(headers.get("Authorization") ?? "");
  if (bearer) return bearer[1];
  const offered = offeredSubprotocols(headers).find((name) =>
    name.startsWith(BEARER_SUBPROTOCOL_PREFIX),
  );
  if (offered) return offered.slice(BEARER_SUBPROTOCOL_PREFIX.length);
  return watchTokenFromCookie(headers, sessionId);
}

export function offeredSubprotocols(headers: Headers): string[] {
  const offered = headers.get("Sec-WebSocket-Protocol") ?? "";
  return offered.split(",").map((name) => name.trim());
}
