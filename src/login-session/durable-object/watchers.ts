import * as v from "valibot";
import { RowFormat, schemaOf } from "../../lib/row-format.ts";
import type { Session } from "../domain/session.ts";
import { screenView } from "../domain/view.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import { CloseCode, PING, PONG } from "../../protocol/socket.ts";

/** Connections that can watch a session at a time: a screen needs one, and a few may be dead. */
export const MAX_WATCHERS = 16;

interface Attachment {
  code: string;
}

/**
 * What a socket keeps while the object sleeps. The code can't be stored, because only hashes of secrets
 * are, and can't be derived later, because that needs the watch token. So it is attached to the socket.
 */
export const ATTACHMENT = new RowFormat(
  "attachment of a socket",
  schemaOf<Attachment>()(v.object({ code: v.string() })),
);

/** The sockets that watch a session. They outlive the object's memory. */
export class Watchers {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  get full(): boolean {
    return this.#ctx.getWebSockets().length >= MAX_WATCHERS;
  }

  /** Accepts a watcher and sends it the snapshot. Returns the watcher's end of the socket. */
  accept(session: Session, code: string): WebSocket {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    this.#ctx.acceptWebSocket(server);
    server.serializeAttachment(ATTACHMENT.format({ code }));
    send(server, session, code);
    return client;
  }

  /** Sends the snapshot to every watcher. */
  broadcast(session: Session): void {
    for (const socket of this.#ctx.getWebSockets()) {
      const attachment = ATTACHMENT.parseOrReport(socket.deserializeAttachment());
      if (attachment) send(socket, session, attachment.code);
      // A new connection gets a new attachment.
      else socket.close(CloseCode.internalError, "reconnect");
    }
  }
}

/** The one place where a snapshot becomes text. The Worker passes the text on. */
export function snapshotText(session: Session, code: string): string {
  return JSON.stringify(screenView(session, code));
}

/** Sends the snapshot, and closes the socket after the last one. */
function send(socket: WebSocket, session: Session, code: string): void {
  // Sending on a closing socket throws. Its owner reconnects and gets the snapshot then.
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(snapshotText(session, code));
  if (session.status === "expired") socket.close(CloseCode.expired, "expired");
  else if (isTerminal(session)) socket.close(CloseCode.ended, session.status);
}
