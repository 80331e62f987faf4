import * as v from "valibot";
import { CallbackResponse } from "../../protocol/compare.ts";
import { LoginError } from "../../sdk/login-error.ts";
import { sleep } from "../../sdk/sleep.ts";
import { fetchJson } from "../../sdk/request.ts";
import { bearer, type Transport } from "../../sdk/transports/transport.ts";
import type { RemoteClock } from "./remote-clock.ts";

/** Milliseconds between two polls. */
export const INTERVAL = 1000;

/** The callback that the page's site received. */
export interface ReceivedCallback {
  /** When it was received, in milliseconds by `performance.now()`, as estimated by `RemoteClock`. */
  at: number;
  /** Bytes of its payload. */
  bytes: number;
}

/**
 * A page whose site receives a callback. The server can call the site, but not the page, so the
 * page polls its site.
 */
export function callback(
  clock: RemoteClock,
  onCallback: (call: ReceivedCallback) => void,
): Transport {
  return {
    idleTimeout: 12_000,

    async *connect(target, signal) {
      const url = new URL(`/compare/callback/${target.sessionId}`, target.issuer);
      for (;;) {
        const sentAt = performance.now();
        const options = { fetch: target.network?.fetch };
        const { json } = await fetchJson(url, { headers: bearer(target), signal }, options);
        const { events, now } = readResponse(json);
        clock.sample({ sentAt, answeredAt: performance.now(), serverTime: Date.parse(now) });
        const [event] = events;
        if (event) {
          const { status, version, received_at, bytes } = event;
          onCallback({ at: clock.toLocal(Date.parse(received_at)), bytes });
          yield { session_id: target.sessionId, version, status, expires_at: now };
        } else yield "alive";
        await sleep(INTERVAL, signal);
        signal.throwIfAborted();
      }
    },
  };
}

function readResponse(json: unknown): CallbackResponse {
  const response = v.safeParse(CallbackResponse, json);
  if (!response.success) throw new LoginError("protocol", "Malformed response.");
  return response.output;
}
