import { sleep } from "../sleep.ts";
import { fetchSnapshot, type Transport } from "./transport.ts";

/** Seconds that the server is asked to wait for news before it answers that there are none. */
const WAIT = 25;

/** Milliseconds between two requests where, against what was asked, the server doesn't wait. */
const INTERVAL = 2000;

/** Long polling: ordinary requests, which pass wherever a page does. */
export const longPoll: Transport = {
  silence: (WAIT + 10) * 1000,

  async *connect(target, signal) {
    let after = 0;
    for (;;) {
      const asked = Date.now();
      const snapshot = await fetchSnapshot(target, signal, { after, wait: after === 0 ? 0 : WAIT });
      yield snapshot ?? "alive";
      if (snapshot) after = snapshot.version;
      else if (Date.now() - asked < INTERVAL) await sleep(INTERVAL, signal);
      signal.throwIfAborted();
    }
  },
};
