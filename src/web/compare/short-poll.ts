import { sleep } from "../../sdk/sleep.ts";
import { fetchSnapshot, type Transport } from "../../sdk/transports/transport.ts";

/** Milliseconds between two polls. */
export const INTERVAL = 2000;

/**
 * Plain polling: a request, a response at once, and a pause. Only this page uses it. The SDK uses
 * long polling, where the server holds each request until there is result.
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
