/** When to connect again, and by which transport. Pure: without a clock or randomness of its own. */

export type TransportName = "websocket" | "sse" | "poll";

/** The transport to try if the network blocks another one. */
const FALLBACK: Record<TransportName, TransportName> = {
  websocket: "sse",
  sse: "poll",
  poll: "poll",
};

export interface ReconnectState {
  transport: TransportName;
  /** The caller chose the transport, so there is no fallback. */
  forced: boolean;
  /** Consecutive connections that failed. */
  failures: number;
  /** Those of them that failed although the server can be reached. */
  blocked: number;
}

/** How a connection ended before the session did. */
export type DisconnectReason =
  /** It broke after it had worked for a while. */
  | "broken"
  /** It broke soon after its first message. */
  | "short"
  /** It delivered nothing although the server can be reached: the network blocks this transport. */
  | "blocked"
  /** The server can't be reached, or is too busy. */
  | "unreachable";

/** Blocked connections after which the next transport is tried. */
const MAX_BLOCKED = 2;

const FIRST_DELAY = 500;
const MAX_DELAY = 10_000;

export function initialState(forced?: TransportName): ReconnectState {
  return {
    transport: forced ?? "websocket",
    forced: forced !== undefined,
    failures: 0,
    blocked: 0,
  };
}

export function nextState(state: ReconnectState, reason: DisconnectReason): ReconnectState {
  switch (reason) {
    case "broken":
      return { ...state, failures: 1, blocked: 0 };
    case "short":
      return { ...state, failures: state.failures + 1, blocked: 0 };
    case "unreachable":
      // This doesn't depend on the transport.
      return { ...state, failures: state.failures + 1 };
    case "blocked": {
      const blocked = state.blocked + 1;
      const transport = state.forced ? state.transport : FALLBACK[state.transport];
      if (blocked < MAX_BLOCKED || transport === state.transport) {
        return { ...state, failures: state.failures + 1, blocked };
      }
      return { ...state, transport, failures: 0, blocked: 0 };
    }
  }
}

/**
 * Milliseconds before the next connection: exponential backoff with jitter, so that the clients of a server
 * that restarted don't all reconnect at once. `random` is from 0 to 1.
 */
export function reconnectDelay(state: ReconnectState, random: number): number {
  if (state.failures === 0) return 0;
  const delay = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** (state.failures - 1));
  return delay * (0.5 + random / 2);
}
