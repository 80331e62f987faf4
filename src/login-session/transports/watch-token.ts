import { err, ok, type Result } from "../../lib/result.ts";
import { BEARER_SUBPROTOCOL_PREFIX } from "../../protocol/socket.ts";
import { isToken43 } from "../../protocol/random-token.ts";
import { watchTokenFromCookie } from "./watch-cookie.ts";

/**
 * The watch token from a header, from a subprotocol offered by a browser's WebSocket (which can set no
 * header), or from the cookie of our own page. Never from the URL, which ends up in logs and histories.
 */
export function extractWatchToken(
  headers: Headers,
  sessionId: string,
): Result<string, "watch_token_missing" | "watch_token_invalid"> {
  const presented =
    fromAuthorization(headers) ??
    fromSubprotocol(headers) ??
    watchTokenFromCookie(headers, sessionId);
  if (presented === undefined) return err("watch_token_missing");
  return isToken43(presented) ? ok(presented) : err("watch_token_invalid");
}

/** RFC 6750 §2.1. Other schemes are ignored: they may be meant for a proxy. */
function fromAuthorization(headers: Headers): string | undefined {
  return /^Bearer +(.*)$/i.exec(headers.get("Authorization") ?? "")?.[1];
}

function fromSubprotocol(headers: Headers): string | undefined {
  return offeredSubprotocols(headers)
    .find((name) => name.startsWith(BEARER_SUBPROTOCOL_PREFIX))
    ?.slice(BEARER_SUBPROTOCOL_PREFIX.length);
}

export function offeredSubprotocols(headers: Headers): string[] {
  const offered = headers.get("Sec-WebSocket-Protocol") ?? "";
  return offered.split(",").map((name) => name.trim());
}
