import * as v from "valibot";
import { callTwice, ObjectUnavailable } from "../../lib/object-unavailable.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { SessionStub } from "../durable-object/session-stub.ts";
import {
  watchRequest,
  WatchRefusal,
  type WatchCredentials,
  type WatchError,
} from "../durable-object/watch-request.ts";
import { readSnapshotText, type SnapshotText } from "./snapshot-text.ts";

/** Makes a new stub for each call, because a stub whose call has failed may be unusable. */
export type NewStub = () => SessionStub;

/** Asks the session's object for a socket. All transports watch by it, and the object can sleep behind it. */
export async function requestSocket(
  session: NewStub,
  watcher: WatchCredentials,
): Promise<Result<Response, WatchError>> {
  const response = await callTwice(() => session().fetch(watchRequest(watcher)));
  if (response.webSocket) return ok(response);
  return err(v.parse(WatchRefusal, await response.json()).error);
}

/** A socket that the Worker holds for a client that speaks no WebSocket. */
export interface Subscription {
  /** The snapshot when the subscription began. */
  initial: SnapshotText;
  /** Calls back with each later snapshot, and once at the end. */
  listen(on: { snapshot: (snapshot: SnapshotText) => void; end: () => void }): void;
  close(): void;
}

/** Opens a socket, and waits for the first snapshot, which the object sends at once. */
export function subscribe(
  session: NewStub,
  watcher: WatchCredentials,
): Promise<Result<Subscription, WatchError>> {
  return callTwice(() => open(session, watcher));
}

async function open(
  session: NewStub,
  watcher: WatchCredentials,
): Promise<Result<Subscription, WatchError>> {
  const response = await requestSocket(session, watcher);
  if (!response.ok) return response;
  const socket = response.value.webSocket;
  if (!socket) throw new TypeError("the object responded without a socket");

  const snapshots: SnapshotText[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  socket.addEventListener("message", ({ data }) => {
    snapshots.push(readSnapshotText(String(data)));
    wake();
  });
  const end = () => {
    ended = true;
    wake();
  };
  socket.addEventListener("close", end);
  socket.addEventListener("error", end);
  socket.accept();

  await new Promise<void>((resolve) => {
    wake = resolve;
  });
  const initial = snapshots.shift();
  if (!initial) throw new ObjectUnavailable("the object closed the socket without a snapshot");

  return ok({
    initial,
    listen(on) {
      wake = () => {
        for (const snapshot of snapshots.splice(0)) on.snapshot(snapshot);
        if (!ended) return;
        wake = () => undefined;
        on.end();
      };
      wake();
    },
    close() {
      wake = () => undefined;
      // The runtime's own `close` event would come seconds later.
      socket.close();
    },
  });
}
