import { WebSocket } from "ws";
import { parseSnapshot } from "../../../../src/protocol/snapshot.ts";
import { BEARER_SUBPROTOCOL_PREFIX, SUBPROTOCOL } from "../../../../src/protocol/socket.ts";
import { endOf, type Connect, type ConnectionEnd } from "./watch.ts";

export const websocket: Connect = ({ network, session, hear, signal }) =>
  new Promise<ConnectionEnd>((resolve) => {
    const socket = new WebSocket(
      `${network.origin.replace("http", "ws")}/sessions/${session.sessionId}/socket`,
      [SUBPROTOCOL, `${BEARER_SUBPROTOCOL_PREFIX}${session.watchToken}`],
      { perMessageDeflate: false },
    );
    const stop = () => socket.terminate();
    signal.addEventListener("abort", stop, { once: true });
    const end = (how: ConnectionEnd) => {
      signal.removeEventListener("abort", stop);
      resolve(how);
    };
    socket.on("message", (data: Buffer) => hear(parseSnapshot(data.toString())));
    socket.on("unexpected-response", (request, response) => {
      request.destroy();
      end(endOf(response.statusCode ?? 0, response.headers["retry-after"]));
    });
    socket.on("error", () => end({}));
    socket.on("close", () => end({}));
  });
