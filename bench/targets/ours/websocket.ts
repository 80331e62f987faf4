import { WebSocket } from "ws";
import { parseSnapshot } from "../../../src/protocol/snapshot.ts";
import { BEARER_SUBPROTOCOL_PREFIX, SUBPROTOCOL } from "../../../src/protocol/socket.ts";
import { codeOf } from "./login.ts";
import type { Waiting } from "./subject.ts";

/** A WebSocket to the session's object. The screen waits when the first snapshot has arrived. */
export const waitByWebSocket: Waiting = async (login) => {
  const socket = new WebSocket(
    `${login.url.replace("http", "ws")}/socket`,
    [SUBPROTOCOL, `${BEARER_SUBPROTOCOL_PREFIX}${login.session.watch_token}`],
    { perMessageDeflate: false },
  );
  const first = Promise.withResolvers<void>();
  const notified = Promise.withResolvers<{ at: number; code?: string }>();
  const fail = (error: Error) => {
    first.reject(error);
    notified.reject(error);
  };
  socket.on("message", (data: Buffer) => {
    const at = performance.now();
    try {
      const snapshot = parseSnapshot(data.toString());
      first.resolve();
      if (login.isApproval(snapshot)) notified.resolve({ at, ...codeOf(snapshot) });
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("The WebSocket ended before the approval.")));
  notified.promise.catch(() => undefined);
  await first.promise;
  return { notified: notified.promise, close: () => socket.terminate() };
};
