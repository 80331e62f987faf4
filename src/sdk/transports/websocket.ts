import {
  BEARER_SUBPROTOCOL_PREFIX,
  CloseCode,
  PING,
  PONG,
  SUBPROTOCOL,
} from "../../protocol/socket.ts";
import { LoginError } from "../login-error.ts";
import { parseJson } from "../request.ts";
import { AsyncQueue } from "./async-queue.ts";
import { readSnapshot, sessionUrl, type TransportMessage, type Transport } from "./transport.ts";

const PING_INTERVAL = 20_000;
const PONG_TIMEOUT = 10_000;

/** WebSocket: the server pushes snapshots, and pings detect a dead connection. */
export const websocket: Transport = {
  idleTimeout: PING_INTERVAL + PONG_TIMEOUT,

  async *connect(target, signal) {
    const url = sessionUrl(target, "/socket");
    url.protocol = url.protocol.replace("http", "ws");
    // A browser can't set headers on a WebSocket request, so the token is sent as a subprotocol.
    const { WebSocket } = target.network ?? globalThis;
    const socket = new WebSocket(url, [SUBPROTOCOL, BEARER_SUBPROTOCOL_PREFIX + target.watchToken]);

    const messages = new AsyncQueue<TransportMessage>();
    const onAbort = () => messages.fail(signal.reason);
    signal.addEventListener("abort", onAbort);
    socket.addEventListener("message", ({ data }) => {
      try {
        messages.put(data === PONG ? "alive" : readSnapshot(parseJson(String(data))));
      } catch (error) {
        messages.fail(error);
      }
    });
    socket.addEventListener("close", ({ code }) => {
      const ended = code === CloseCode.ended || code === CloseCode.expired;
      // Browsers report a refused upgrade like a broken connection.
      if (ended) messages.close();
      else messages.fail(new LoginError("network", `Socket closed with code ${code}.`));
    });
    const heartbeat = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send(PING);
    }, PING_INTERVAL);

    try {
      yield* messages;
    } finally {
      clearInterval(heartbeat);
      signal.removeEventListener("abort", onAbort);
      socket.close();
    }
  },
};
