import { sleep } from "../../sdk/sleep.ts";
import { fetchSnapshot, type Transport } from "../../sdk/transports/transport.ts";

/** Milliseconds between two questions. */
export const INTERVAL = 2000;

/**
 * Polling as it is usually done: asks, is answered at once, and asks again a while later. Nobody here
 * is told that way; the client's own polling lets the server keep each question until it has news.
 */
export const shortPoll: Transport = {
  idleTimeout: 12_000,

  async *connect(target, signal) {
    for (;;) {
      yield (await fetchSnapshot(target, signal)) ?? "alive";
      await sleep(INTERVAL, signal);
      signal.throwIfAborted();
    }
  },
};
