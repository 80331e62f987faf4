import * as v from "valibot";
import { Snapshot } from "../../protocol/snapshot.ts";
import { LoginError } from "../login-error.ts";
import { fetchJson } from "../request.ts";

/** The session to watch, and the token that allows it. */
export interface WatchTarget {
  issuer: string;
  sessionId: string;
  watchToken: string;
  /** Replaces the browser's network functions, to observe the traffic. */
  network?: NetworkHooks;
}

export interface NetworkHooks {
  fetch: typeof fetch;
  WebSocket: typeof WebSocket;
}

/** `alive`: the connection works, and there is no new snapshot. */
export type TransportMessage = Snapshot | "alive";

/**
 * One way to watch a login session. `connect` yields the current snapshot, then each later one. It ends when
 * the server ends the connection, and throws when the connection breaks or the signal is aborted. It doesn't
 * reconnect: see watch.ts.
 */
export interface Transport {
  /** Milliseconds without a message after which the connection counts as dead. */
  idleTimeout: number;
  connect(target: WatchTarget, signal: AbortSignal): AsyncIterable<TransportMessage>;
}

export function sessionUrl(target: WatchTarget, path = ""): URL {
  return new URL(`/sessions/${target.sessionId}${path}`, target.issuer);
}

export function bearer(target: WatchTarget): Record<string, string> {
  return { Authorization: `Bearer ${target.watchToken}` };
}

/**
 * Fetches the snapshot: at once, or with `wait` as soon as there is a newer one than version `after`.
 * Undefined if there was none within `wait` seconds.
 */
export async function fetchSnapshot(
  target: WatchTarget,
  signal: AbortSignal | undefined,
  { after, wait }: { after: number; wait: number } = { after: 0, wait: 0 },
): Promise<Snapshot | undefined> {
  const condition = { "If-None-Match": `"${after}"`, Prefer: `wait=${wait}` };
  const headers = { ...bearer(target), ...(wait > 0 ? condition : {}) };
  const response = await fetchJson(
    sessionUrl(target),
    { headers, ...(signal ? { signal } : {}) },
    { timeout: (wait + 10) * 1000, fetch: target.network?.fetch },
  );
  return response.status === 304 ? undefined : readSnapshot(response.json);
}

/** @throws {LoginError} */
export function readSnapshot(json: unknown): Snapshot {
  const result = v.safeParse(Snapshot, json);
  if (!result.success) throw new LoginError("protocol", "Not a snapshot.");
  return result.output;
}
