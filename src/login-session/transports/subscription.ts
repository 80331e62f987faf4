import * as v from "valibot";
import { callTwice, ObjectUnavailable } from "../../lib/object-unavailable.ts";
import { err, ok } from "../../lib/result.ts";
import type { LoginErrorCode, LoginResult } from "../domain/errors.ts";
import type { LoginSession } from "../durable-object/login-session.ts";
import { watchRequest, type WatchCredentials } from "../durable-object/watch-request.ts";
import { parseSnapshot, type Snapshot } from "../../protocol/snapshot.ts";

/** The session's object. Each call makes a stub of its own, since one that has failed once is of no use. */
export type NewStub = () => DurableObjectStub<LoginSession>;

const Refusal = v.object({ error: v.custom<LoginErrorCode>((error) => typeof error === "string") });

/**
 * Asks the session's object for a socket: the one way in which any transport watches. The object can
 * sleep behind it, and whoever holds this end is told of every change.
 */
export async function requestSocket(
  session: NewStub,
  watcher: WatchCredentials,
): Promise<LoginResult<Response>> {
  const response = await callTwice(() => session().fetch(watchRequest(watcher)));
  if (response.webSocket) return ok(response);
  return err(v.parse(Refusal, await response.json()).error);
}

/** A watch that the Worker holds for somebody who doesn't speak WebSocket. */
export interface Subscription {
  /** How things stood when the watch began. */
  first: Snapshot;
  /** Calls back with each later snapshot, and once at the end: after it nothing more will come. */
  listen(on: { snapshot: (snapshot: Snapshot) => void; end: () => void }): void;
  /** Lets go: the object need not keep the socket any longer. */
  close(): void;
}

/** Begins a watch, and waits for the snapshot that the object sends at once. */
export function subscribe(
  session: NewStub,
  watcher: WatchCredentials,
): Promise<LoginResult<Subscription>> {
  return callTwice(() => open(session, watcher));
}

async function open(
  session: NewStub,
  watcher: WatchCredentials,
): Promise<LoginResult<Subscription>> {
  const answer = await requestSocket(session, watcher);
  if (!answer.ok) return answer;
  const socket = answer.value.webSocket;
  if (!socket) throw new TypeError("the object answered without a socket");

  const snapshots: Snapshot[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  socket.addEventListener("message", ({ data }) => {
    snapshots.push(parseSnapshot(String(data)));
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
  const first = snapshots.shift();
  if (!first) throw new ObjectUnavailable("the object hung up without a snapshot");

  return ok({
    first,
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
      // The runtime's own `close` event would come seconds later; nobody waits for it.
      socket.close();
    },
  });
}
