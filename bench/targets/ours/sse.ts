import { openEventStream } from "../../harness/event-stream.ts";
import { parseSnapshot } from "../../../src/protocol/snapshot.ts";
import { codeOf } from "./login.ts";
import type { Waiting } from "./subject.ts";

/** Server-sent events, held by the Worker. The screen waits when the first snapshot has arrived. */
export const waitBySse: Waiting = async (login) => {
  const first = Promise.withResolvers<void>();
  const notified = Promise.withResolvers<{ at: number; code?: string }>();
  notified.promise.catch(() => undefined);
  const stream = await openEventStream(`${login.url}/events`, login.watchHeaders, (event) => {
    if (event.event !== "status") return;
    try {
      const snapshot = parseSnapshot(event.data);
      first.resolve();
      if (!login.isApproval(snapshot)) return;
      notified.resolve({ at: event.at, ...codeOf(snapshot) });
    } catch (error) {
      first.reject(error);
      notified.reject(error);
    }
  });
  await first.promise;
  return { notified: notified.promise, close: stream.close };
};
