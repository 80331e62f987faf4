/** When to connect again, and by which transport: a pure policy, without clock or chance of its own. */

export type TransportName = "websocket" | "sse" | "poll";

/** The quickest first. Whatever stands in the way of one lets the next one pass. */
const FALLBACK: Record<TransportName, TransportName> = {
  websocket: "sse",
  sse: "poll",
  poll: "poll",
};

export interface ReconnectState {
  transport: TransportName;
  /** The transport was asked for, so no other will do. */
  forced: boolean;
  /** Connections in a row that were of no use. */
  failures: number;
  /** Those of them that gave nothing although the server could be reached. */
  blocked: number;
}

/** How a connection came to its end before the session did. */
export type DisconnectReason =
  /** It worked, and then broke. */
  | "broken"
  /** It gave its first snapshot, and broke soon after. */
  | "short"
  /** It gave nothing, yet the server can be reached: something is in this transport's way. */
  | "blocked"
  /** The server can't be reached, or is too busy. */
  | "unreachable";

/** Failures of one transport after which the next one is tried. */
const MAX_BLOCKED = 2;

const FIRST_DELAY = 500;
const LONGEST_DELAY = 10_000;

export function firstPlan(forced?: TransportName): ReconnectState {
  return {
    transport: forced ?? "websocket",
    forced: forced !== undefined,
    failures: 0,
    blocked: 0,
  };
}

export function planAfter(plan: ReconnectState, ending: DisconnectReason): ReconnectState {
  switch (ending) {
    case "broken":
      return { ...plan, failures: 1, blocked: 0 };
    case "short":
      return { ...plan, failures: plan.failures + 1, blocked: 0 };
    case "unreachable":
      // It says nothing about the transport.
      return { ...plan, failures: plan.failures + 1 };
    case "blocked": {
      const blocked = plan.blocked + 1;
      const transport = plan.forced ? plan.transport : FALLBACK[plan.transport];
      if (blocked < MAX_BLOCKED || transport === plan.transport) {
        return { ...plan, failures: plan.failures + 1, blocked };
      }
      return { ...plan, transport, failures: 0, blocked: 0 };
    }
  }
}

/**
 * Milliseconds to wait before the next connection. They double up to a bound, and a part of them is
 * left to chance (`random` is from 0 to 1), so that the many who lost one server at the same moment
 * don't all come back at the same moment.
 */
export function delayBefore(plan: ReconnectState, random: number): number {
  if (plan.failures === 0) return 0;
  const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (plan.failures - 1));
  return delay * (0.5 + random / 2);
}
