import type { Result } from "../../lib/result.ts";
import { SUBPROTOCOL } from "../../protocol/socket.ts";
import type { WatchCredentials, WatchError } from "../durable-object/watch-request.ts";
import { requestSocket, type NewStub } from "./subscription.ts";
import { offeredSubprotocols } from "./watch-token.ts";

/**
 * WebSocket: the screen gets the object's own socket. The Worker is not involved after the handshake, and
 * the object sleeps until something changes.
 */
export function watchByWebSocket(
  session: NewStub,
  watcher: WatchCredentials,
): Promise<Result<Response, WatchError>> {
  return requestSocket(session, watcher);
}

/** Whether the request offers our WebSocket subprotocol (RFC 6455 §4.2.1). */
export function offersOurWebSocket(headers: Headers): boolean {
  return (
    headers.get("Upgrade")?.toLowerCase() === "websocket" &&
    offeredSubprotocols(headers).includes(SUBPROTOCOL)
  );
}
