import * as v from "valibot";
import { RowFormat, schemaOf } from "../../lib/row-format.ts";
import type { Session } from "../domain/session.ts";
import { screenView } from "../domain/view.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import { CloseCode, PING, PONG } from "../../protocol/socket.ts";

/** Connections that can watch a session at a time: a screen needs one, and a few may be dead. */
export const MAX_WATCHERS = 16;

/** Messages that one connection may send: a screen needs two, and repeats them if an answer is late. */
export const MAX_MESSAGES = 10;

interface Attachment {
  code: string;
  /** Received on this connection. */
  messages?: number;
}

/**
 * What a socket keeps while the object sleeps. The code can't be stored, because only hashes of secrets
 * are, and can't be derived later, because that needs the watch token. So it is attached to the socket.
 */
export const ATTACHMENT = new RowFormat(
  "attachment of a socket",
  schemaOf<Attachment>()(v.object({ code: v.string(), messages: v.exactOptional(v.number()) })),
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

  /** Counts a message. False if the connection is closing: it has sent too many, or its attachment can't be read. */
  countMessage(socket: WebSocket): boolean {
    if (socket.readyState !== WebSocket.OPEN) return false;
    const attachment = readAttachment(socket);
    if (!attachment) return false;
    const messages = (attachment.messages ?? 0) + 1;
    if (messages > MAX_MESSAGES) {
      socket.close(CloseCode.tooManyMessages, "too many messages");
      return false;
    }
    socket.serializeAttachment(ATTACHMENT.format({ ...attachment, messages }));
    return true;
  }

  /** Sends the snapshot to every watcher. */
  broadcast(session: Session): void {
    for (const socket of this.#ctx.getWebSockets()) {
      const attachment = readAttachment(socket);
      if (attachment) send(socket, session, attachment.code);
    }
  }
}

/** Closes the socket if its attachment can't be read: a new connection gets a new one. */
function readAttachment(socket: WebSocket): Attachment | undefined {
  const attachment = ATTACHMENT.parseOrReport(socket.deserializeAttachment());
  if (!attachment) socket.close(CloseCode.internalError, "reconnect");
  return attachment;
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
