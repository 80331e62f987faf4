import { openEventStream } from "../../harness/event-stream.ts";
import { parseSnapshot } from "../../../src/protocol/snapshot.ts";
import { codeOf } from "./login.ts";
import type { Waiting } from "./subject.ts";

/** Server-sent events, held by the Worker. The wait has begun when the first snapshot is there. */
export const waitBySse: Waiting = async (login) => {
  const first = Promise.withResolvers<void>();
  const told = Promise.withResolvers<{ at: number; code?: string }>();
  told.promise.catch(() => undefined);
  const stream = await openEventStream(`${login.url}/events`, login.watchHeaders, (event) => {
    if (event.event !== "status") return;
    try {
      const snapshot = parseSnapshot(event.data);
      first.resolve();
      if (!login.isApproval(snapshot)) return;
      told.resolve({ at: event.at, ...codeOf(snapshot) });
    } catch (error) {
      first.reject(error);
      told.reject(error);
    }
  });
  await first.promise;
  return { told: told.promise, close: stream.close };
};
