import * as v from "valibot";
import { RowFormat, schemaOf } from "../../lib/row-format.ts";
import type { Session } from "../domain/session.ts";
import { screenView } from "../domain/view.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import { CloseCode, PING, PONG } from "../../protocol/socket.ts";

/** Connections that may watch one session at a time: a screen needs one, and a few that died unnoticed. */
export const MAX_WATCHERS = 16;

interface Attachment {
  code: string;
}

/**
 * What a socket remembers while the object sleeps. The code can't be stored, since only hashes of
 * secrets are, and can't be derived later, since that takes the watch token: so each watcher's
 * connection carries the one that was derived when it came.
 */
export const ATTACHMENT = new RowFormat(
  "attachment of a socket",
  schemaOf<Attachment>()(v.object({ code: v.string() })),
);

/** The sockets by which a session is watched. They outlive the object's memory. */
export class Watchers {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  get full(): boolean {
    return this.#ctx.getWebSockets().length >= MAX_WATCHERS;
  }

  /** Takes in a watcher and tells it how things stand. Returns the end that is the watcher's. */
  accept(session: Session, code: string): WebSocket {
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.#ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    this.#ctx.acceptWebSocket(ours);
    ours.serializeAttachment(ATTACHMENT.format({ code }));
    tell(ours, session, code);
    return theirs;
  }

  /** Tells every watcher how things stand now. */
  broadcast(session: Session): void {
    for (const socket of this.#ctx.getWebSockets()) {
      const attachment = ATTACHMENT.parseOrReport(socket.deserializeAttachment());
      if (attachment) tell(socket, session, attachment.code);
      // A new connection has a new attachment.
      else socket.close(CloseCode.internalError, "reconnect");
    }
  }
}

/** Sends the snapshot, and where nothing can follow, hangs up. */
function tell(socket: WebSocket, session: Session, code: string): void {
  // A socket that is closing already throws; its owner comes back and is told then.
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify(screenView(session, code)));
  if (session.status === "expired") socket.close(CloseCode.expired, "expired");
  else if (isTerminal(session)) socket.close(CloseCode.ended, session.status);
}
