import {
  BEARER_SUBPROTOCOL_PREFIX,
  CloseCode,
  PING,
  PONG,
  SUBPROTOCOL,
} from "../../protocol/socket.ts";
import { LoginError } from "../login-error.ts";
import { AsyncQueue } from "./async-queue.ts";
import { readSnapshot, sessionUrl, type TransportMessage, type Transport } from "./transport.ts";

const PING_INTERVAL = 20_000;
const PONG_TIMEOUT = 10_000;

/** WebSocket: news come as they happen, and a ping finds out whether the connection is there still. */
export const websocket: Transport = {
  silence: PING_INTERVAL + PONG_TIMEOUT,

  async *connect(target, signal) {
    const url = sessionUrl(target, "/socket");
    url.protocol = url.protocol.replace("http", "ws");
    // A browser can set no header here, so the token is offered as a subprotocol.
    const { WebSocket } = target.wire ?? globalThis;
    const socket = new WebSocket(url, [SUBPROTOCOL, BEARER_SUBPROTOCOL_PREFIX + target.watchToken]);

    const inbox = new AsyncQueue<TransportMessage>();
    const aborted = () => inbox.fail(signal.reason);
    signal.addEventListener("abort", aborted);
    socket.addEventListener("message", ({ data }) => {
      try {
        inbox.put(data === PONG ? "alive" : readSnapshot(String(data)));
      } catch (error) {
        inbox.fail(error);
      }
    });
    socket.addEventListener("close", ({ code }) => {
      const ended = code === CloseCode.ended || code === CloseCode.expired;
      // A refused upgrade looks the same as a broken connection: browsers don't tell which it was.
      if (ended) inbox.close();
      else inbox.fail(new LoginError("network", `The socket was closed with ${code}.`));
    });
    const heartbeat = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send(PING);
    }, PING_INTERVAL);

    try {
      yield* inbox;
    } finally {
      clearInterval(heartbeat);
      signal.removeEventListener("abort", aborted);
      socket.close();
    }
  },
};
