import { parseSnapshot, type Snapshot } from "../../protocol/snapshot.ts";
import { LoginError } from "../login-error.ts";
import { fetchJson } from "../request.ts";

/** What is watched, and the right to do so. */
export interface WatchTarget {
  issuer: string;
  sessionId: string;
  watchToken: string;
  /** What the traffic goes through, where somebody wants to see it; the browser's own otherwise. */
  wire?: NetworkHooks;
}

export interface NetworkHooks {
  fetch: typeof fetch;
  WebSocket: typeof WebSocket;
}

/** News, or only a sign that the connection is there. */
export type TransportMessage = Snapshot | "alive";

/**
 * One way to watch a login session. `connect` tells the snapshot of now first and every later one
 * after it, ends when the server ends it, and throws when the connection breaks or the signal is
 * aborted. It tries once: when to try again, and by which transport, is for watch.ts to decide.
 */
export interface Transport {
  /** Milliseconds without anything heard after which the connection is dead. */
  silence: number;
  connect(target: WatchTarget, signal: AbortSignal): AsyncIterable<TransportMessage>;
}

export function sessionUrl(target: WatchTarget, path = ""): URL {
  return new URL(`/sessions/${target.sessionId}${path}`, target.issuer);
}

export function bearer(target: WatchTarget): Record<string, string> {
  return { Authorization: `Bearer ${target.watchToken}` };
}

/**
 * The snapshot by an ordinary request: at once, or as soon as there is a newer one than `after` within
 * `wait` seconds. Undefined when there is none.
 */
export async function fetchSnapshot(
  target: WatchTarget,
  signal: AbortSignal | undefined,
  { after, wait }: { after: number; wait: number } = { after: 0, wait: 0 },
): Promise<Snapshot | undefined> {
  const condition = { "If-None-Match": `"${after}"`, Prefer: `wait=${wait}` };
  const headers = { ...bearer(target), ...(wait > 0 ? condition : {}) };
  const patience = (wait + 10) * 1000;
  const answer = await fetchJson(
    sessionUrl(target),
    { headers, ...(signal ? { signal } : {}) },
    { patience, fetch: target.wire?.fetch },
  );
  return answer.status === 304 ? undefined : readSnapshot(JSON.stringify(answer.json));
}

export function readSnapshot(json: string): Snapshot {
  try {
    return parseSnapshot(json);
  } catch (cause) {
    throw new LoginError("protocol", "That is no snapshot.", { cause });
  }
}
