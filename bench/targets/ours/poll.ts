import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./login.ts";
import type { Waiting } from "./subject.ts";

/** Plain polling for the snapshot at an interval. The first request comes after one interval. */
export const waitByPolling =
  (interval: number): Waiting =>
  (login, { polls = true }) => {
    const given = new AbortController();
    const { signal } = given;
    const approved = Promise.withResolvers<void>();
    const notified = (async () => {
      for (;;) {
        await (polls ? sleep(interval, undefined, { signal }) : approved.promise);
        const snapshot = await login.snapshot(signal);
        const at = performance.now();
        if (login.isApproval(snapshot)) return { at, ...codeOf(snapshot) };
      }
    })();
    return Promise.resolve({ notified, approved: approved.resolve, close: () => given.abort() });
  };
