import { isTerminal, type Snapshot } from "../../protocol/snapshot.ts";
import { isFinal, LoginError } from "../login-error.ts";
import { ConnectionMonitor } from "./connection-monitor.ts";
import { sleep } from "../sleep.ts";
import {
  delayBefore,
  firstPlan,
  planAfter,
  type DisconnectReason,
  type TransportName,
} from "./reconnect.ts";
import { longPoll } from "../transports/long-poll.ts";
import { sse } from "../transports/sse.ts";
import { websocket } from "../transports/websocket.ts";
import {
  fetchSnapshot,
  type TransportMessage,
  type WatchTarget,
  type Transport,
} from "../transports/transport.ts";
import { onResume } from "./on-resume.ts";

export type WatchEvent =
  /** The session has changed. Each version is told once, and they only grow. */
  | { type: "snapshot"; snapshot: Snapshot }
  /** Another transport is used from now on. */
  | { type: "transport"; transport: TransportName }
  /** The connection was made, or lost; a lost one is made again without further ado. */
  | { type: "connection"; connected: boolean };

export interface WatchOptions {
  /** Only this transport; otherwise WebSocket, or what gets through. */
  transport?: TransportName | undefined;
  /** Ends the watch. */
  signal?: AbortSignal | undefined;
}

const TRANSPORTS: Record<TransportName, Transport> = { websocket, sse, poll: longPoll };

/** Milliseconds that the server's word about the end may be late, before the end is taken for granted. */
const GRACE = 4000;

/** Milliseconds that a code lives at the most, and with it an approved session. */
const LONGEST_CODE = 60_000;

/** However busy the server says it is, it is asked again after so many milliseconds. */
const LONGEST_RETRY_AFTER = 30_000;

/**
 * Watches a login session to its end, over whichever connections that takes. It ends after the last
 * snapshot, or when the signal is aborted; it throws a `LoginFailure` when the server refuses to have it
 * watched. The server may not be there to tell the last snapshot: it is `expired` where the session's
 * time ran out, and `redeemed` where an approved session is gone, since only a redeemed one is
 * forgotten before its time.
 */
export async function* watch(
  target: WatchTarget,
  { transport, signal, timeLeft }: WatchOptions & { timeLeft: () => number },
  transports = TRANSPORTS,
): AsyncGenerator<WatchEvent, void, undefined> {
  const done = new AbortController();
  const over = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  let newest: Snapshot | undefined;
  let connected = false;
  let announced: TransportName | undefined;
  let plan = firstPlan(transport);
  let line = new ConnectionMonitor(0, over);
  let rest = new AbortController();

  let lateness = GRACE;
  const pulse = setInterval(() => {
    if (timeLeft() < -lateness) done.abort();
    else line.check();
  }, 1000);
  onResume((event) => {
    line.wake(event);
    rest.abort();
  }, over);
  let forgotten = false;
  const unheardEnd = (last: Snapshot | undefined): Snapshot => ({
    session_id: target.sessionId,
    version: (last?.version ?? 0) + 1,
    status: forgotten && last?.status === "approved" ? "redeemed" : "expired",
    expires_at: last?.expires_at ?? new Date(Date.now() + timeLeft()).toISOString(),
  });
  const isNews = (heard: TransportMessage): heard is Snapshot =>
    heard !== "alive" && heard.version > (newest?.version ?? 0);

  try {
    while (!over.aborted) {
      if (announced !== plan.transport) {
        announced = plan.transport;
        yield { type: "transport", transport: announced };
      }

      const current = transports[plan.transport];
      line = new ConnectionMonitor(current.silence, over);
      let broken: unknown;
      try {
        for await (const heard of current.connect(target, line.signal)) {
          line.hear();
          if (!connected) yield { type: "connection", connected: (connected = true) };
          if (!isNews(heard)) continue;
          newest = heard;
          if (heard.status === "approved")
            lateness = GRACE + Math.max(0, LONGEST_CODE - timeLeft());
          yield { type: "snapshot", snapshot: heard };
          if (isTerminal(heard)) return;
        }
      } catch (error) {
        forgotten = isForgotten(error);
        if (over.aborted || forgotten) break;
        if (isFinal(error)) throw error;
        broken = error;
      }
      if (connected) yield { type: "connection", connected: (connected = false) };

      // Why it gave nothing is found out by asking in the plainest way.
      let ending: DisconnectReason = line.lasting
        ? "broken"
        : line.served
          ? "short"
          : "unreachable";
      if (!line.served && plan.transport !== "poll" && !isBusy(broken)) {
        try {
          const snapshot = await fetchSnapshot(target, over);
          ending = "blocked";
          if (snapshot && isNews(snapshot)) {
            yield { type: "snapshot", snapshot: (newest = snapshot) };
            if (isTerminal(snapshot)) return;
          }
        } catch (error) {
          forgotten = isForgotten(error);
          if (over.aborted || forgotten) break;
          if (isFinal(error)) throw error;
          broken = error;
        }
      }

      plan = line.woken ? { ...plan, failures: 0 } : planAfter(plan, ending);
      rest = new AbortController();
      await sleep(
        Math.max(delayBefore(plan, Math.random()), retryAfter(broken, Math.random())),
        over,
        rest.signal,
      );
    }
    if (!signal?.aborted) yield { type: "snapshot", snapshot: unheardEnd(newest) };
  } finally {
    clearInterval(pulse);
    done.abort();
  }
}

/** The server answered, and asks for patience: nothing stands between it and us. */
function isBusy(error: unknown): boolean {
  return error instanceof LoginError && error.status !== undefined && error.code !== "protocol";
}

/** The session is over, and the server knows nothing of it any more. */
function isForgotten(error: unknown): boolean {
  return error instanceof LoginError && error.code === "session_expired";
}

/** As long as the server asks for, and up to a second more (`random` is from 0 to 1), so that not all come at once. */
function retryAfter(error: unknown, random: number): number {
  const asked = error instanceof LoginError ? (error.retryAfter ?? 0) : 0;
  return Math.min(asked, LONGEST_RETRY_AFTER) + random * Math.min(asked / 2, 1000);
}
