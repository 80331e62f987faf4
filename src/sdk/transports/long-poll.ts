import { sleep } from "../sleep.ts";
import { fetchSnapshot, type Transport } from "./transport.ts";

/** Seconds that the server is asked to hold a request until there is a newer snapshot. */
const WAIT = 25;

/** Milliseconds between two requests if the server responds at once instead. */
const INTERVAL = 2000;

/** Long polling: plain requests, which pass every proxy. */
export const longPoll: Transport = {
  idleTimeout: (WAIT + 10) * 1000,

  async *connect(target, signal) {
    let after = 0;
    for (;;) {
      const sentAt = Date.now();
      const snapshot = await fetchSnapshot(target, signal, { after, wait: after === 0 ? 0 : WAIT });
      yield snapshot ?? "alive";
      if (snapshot) after = snapshot.version;
      else if (Date.now() - sentAt < INTERVAL) await sleep(INTERVAL, signal);
      signal.throwIfAborted();
    }
  },
};
