/** The WebSocket that a screen watches by: text frames, one JSON document each, and two bare words. */

/** The version of this protocol, offered and chosen as the WebSocket's subprotocol. */
export const SUBPROTOCOL = "qr-login.v1";

/**
 * Where a browser's WebSocket can set no header, the watch token is offered as a second subprotocol.
 * It is never the one chosen, so it is not echoed.
 */
export const BEARER_SUBPROTOCOL_PREFIX = "bearer.";

/** Asks whether the connection is alive; answered `pong` by the runtime, without waking the object. */
export const PING = "ping";
export const PONG = "pong";

/** What the socket is closed with, after the last snapshot. */
export const CloseCode = {
  /** The session has ended. */
  ended: 1000,
  /** Nothing can be sent by this connection any more (RFC 6455 §7.4.1). A new one can. */
  internalError: 1011,
  /** More messages than a screen needs (RFC 6455 §7.4.1, policy violation). */
  tooManyMessages: 1008,
  /** A message that is not of this protocol. */
  unreadable: 4400,
  /** The session's time has run out. */
  expired: 4408,
} as const;
