import { isTerminal, type Snapshot } from "../../protocol/snapshot.ts";
import { isFinal, LoginError } from "../login-error.ts";
import { sleep } from "../sleep.ts";
import { longPoll } from "../transports/long-poll.ts";
import { sse } from "../transports/sse.ts";
import {
  fetchSnapshot,
  type Transport,
  type TransportMessage,
  type WatchTarget,
} from "../transports/transport.ts";
import { websocket } from "../transports/websocket.ts";
import { ConnectionMonitor } from "./connection-monitor.ts";
import { onResume } from "./on-resume.ts";
import {
  initialState,
  nextState,
  reconnectDelay,
  type TransportName,
} from "./transport-fallback.ts";

export type WatchEvent =
  /** The session has changed. Each version is yielded once, in ascending order. */
  | { type: "snapshot"; snapshot: Snapshot }
  /** Another transport is used from now on. */
  | { type: "transport"; transport: TransportName }
  /** The connection was made or lost. A lost connection is made again. */
  | { type: "connection"; connected: boolean };

export interface WatchOptions {
  /** Use only this transport. By default WebSocket, with a fallback to the others. */
  transport?: TransportName | undefined;
  /** Ends the watch. */
  signal?: AbortSignal | undefined;
}

const TRANSPORTS: Record<TransportName, Transport> = { websocket, sse, poll: longPoll };

/** Milliseconds after the session's end at which it is taken for expired without a message from the server. */
const EXPIRY_GRACE = 4000;

/** Longest lifetime of an authorization code in milliseconds, and with it of an approved session. */
const MAX_CODE_LIFETIME = 60_000;

/** Milliseconds. A longer `Retry-After` is cut to this. */
const MAX_RETRY_AFTER = 30_000;

/**
 * Watches a login session to its end, over as many connections as needed. Ends after the terminal snapshot,
 * or when the signal is aborted. If the server can't deliver the terminal snapshot any more, it is inferred:
 * `expired` after the session's time, and `redeemed` if the server has deleted an approved session, since only
 * a redeemed one is deleted early.
 *
 * @throws {LoginError} if the server refuses to let the session be watched
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
  let state = initialState(transport);
  let monitor = new ConnectionMonitor(0, over);
  let pause = new AbortController();
  let deletedByServer = false;

  let grace = EXPIRY_GRACE;
  const timer = setInterval(() => {
    if (timeLeft() < -grace) done.abort();
    else monitor.check();
  }, 1000);
  onResume((event) => {
    monitor.resume(event);
    pause.abort();
  }, over);
  const inferredEnd = (): Snapshot => ({
    session_id: target.sessionId,
    version: (newest?.version ?? 0) + 1,
    status: deletedByServer && newest?.status === "approved" ? "redeemed" : "expired",
    expires_at: newest?.expires_at ?? new Date(Date.now() + timeLeft()).toISOString(),
  });
  const isNewer = (message: TransportMessage): message is Snapshot =>
    message !== "alive" && message.version > (newest?.version ?? 0);
  /** Whether an error ends the watch. Throws it if it is final. */
  const endsWatch = (error: unknown): boolean => {
    deletedByServer = isDeleted(error);
    if (over.aborted || deletedByServer) return true;
    if (isFinal(error)) throw error;
    return false;
  };

  try {
    while (!over.aborted) {
      if (announced !== state.transport) {
        announced = state.transport;
        yield { type: "transport", transport: announced };
      }

      const current = transports[state.transport];
      monitor = new ConnectionMonitor(current.idleTimeout, over);
      let failure: unknown;
      try {
        for await (const message of current.connect(target, monitor.signal)) {
          monitor.touch();
          if (!connected) yield { type: "connection", connected: (connected = true) };
          if (!isNewer(message)) continue;
          newest = message;
          if (message.status === "approved") {
            grace = EXPIRY_GRACE + Math.max(0, MAX_CODE_LIFETIME - timeLeft());
          }
          yield { type: "snapshot", snapshot: message };
          if (isTerminal(message)) return;
        }
      } catch (error) {
        if (endsWatch(error)) break;
        failure = error;
      }
      if (connected) yield { type: "connection", connected: (connected = false) };

      let reason = monitor.disconnectReason;
      if (!monitor.received && state.transport !== "poll" && !isServerResponse(failure)) {
        // A plain request tells a blocked transport from a server that can't be reached.
        try {
          const snapshot = await fetchSnapshot(target, over);
          reason = "blocked";
          if (snapshot && isNewer(snapshot)) {
            yield { type: "snapshot", snapshot: (newest = snapshot) };
            if (isTerminal(snapshot)) return;
          }
        } catch (error) {
          if (endsWatch(error)) break;
          failure = error;
        }
      }

      state = monitor.resumed ? { ...state, failures: 0 } : nextState(state, reason);
      pause = new AbortController();
      const delay = Math.max(
        reconnectDelay(state, Math.random()),
        retryAfter(failure, Math.random()),
      );
      await sleep(delay, over, pause.signal);
    }
    if (!signal?.aborted) yield { type: "snapshot", snapshot: inferredEnd() };
  } finally {
    clearInterval(timer);
    done.abort();
  }
}

/** The server itself responded with an error, so the transport isn't blocked. */
function isServerResponse(error: unknown): boolean {
  return error instanceof LoginError && error.status !== undefined && error.code !== "protocol";
}

/** The session has ended, and the server has deleted it. */
function isDeleted(error: unknown): boolean {
  return error instanceof LoginError && error.code === "session_expired";
}

/** Milliseconds that the server asks to wait, with up to a second of jitter. `random` is from 0 to 1. */
function retryAfter(error: unknown, random: number): number {
  const requested = error instanceof LoginError ? (error.retryAfter ?? 0) : 0;
  return Math.min(requested, MAX_RETRY_AFTER) + random * Math.min(requested / 2, 1000);
}
