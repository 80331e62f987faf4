/** The WebSocket of a screen: text frames with one JSON document each, and the plain texts ping and pong. */

/** The version of this protocol, which is negotiated as the subprotocol. */
export const SUBPROTOCOL = "qr-login.v1";

/**
 * A browser's WebSocket can set no header, so it offers the watch token as a second subprotocol. The server
 * never chooses that one, so the token is not sent back.
 */
export const BEARER_SUBPROTOCOL_PREFIX = "bearer.";

/** Checks the connection. The runtime responds with `pong` without waking the object. */
export const PING = "ping";
export const PONG = "pong";

/** The close codes of the socket. */
export const CloseCode = {
  /** The session has ended. */
  ended: 1000,
  /** This connection can't be used any more (RFC 6455 §7.4.1). The client can reconnect. */
  internalError: 1011,
  /** The screen sent a message that is none of this protocol. */
  unreadable: 4400,
  /** The session has expired. */
  expired: 4408,
} as const;
