import type { WatchCredentials } from "../durable-object/watch-request.ts";
import type { LoginResult } from "../domain/errors.ts";
import { SUBPROTOCOL } from "../../protocol/socket.ts";
import { requestSocket, type NewStub } from "./subscription.ts";
import { offeredSubprotocols } from "./watch-token.ts";

/**
 * WebSocket: the screen's socket is the object's own, straight through. The Worker is gone as soon
 * as it is handed over, and the object sleeps until something happens.
 */
export function watchByWebSocket(
  session: NewStub,
  watcher: WatchCredentials,
): Promise<LoginResult<Response>> {
  return requestSocket(session, watcher);
}

/** Whether the request asks for the WebSocket that is spoken here (RFC 6455 §4.2.1). */
export function offersOurWebSocket(headers: Headers): boolean {
  return (
    headers.get("Upgrade")?.toLowerCase() === "websocket" &&
    offeredSubprotocols(headers).includes(SUBPROTOCOL)
  );
}
