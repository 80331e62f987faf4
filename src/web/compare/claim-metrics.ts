import type { ClaimName } from "../ui/texts.ts";

/**
 * The measurements that are shown for each claim: a measure and its subjects. The texts have a
 * label for each.
 */
export const CLAIM_METRICS: Readonly<Record<ClaimName, readonly ClaimMetric[]>> = {
  bothWays: [{ measure: "bytes", subjects: ["websocket", "sse", "long-poll", "poll-2s"] }],
  instant: [{ measure: "told", subjects: ["websocket", "sse", "node-ws"] }],
  upkeep: [
    { measure: "memory_per_waiting", subjects: ["websocket", "sse", "node-ws", "node-sse"] },
    { measure: "wake_ups", subjects: ["websocket", "sse"] },
  ],
  simple: [{ measure: "requests", subjects: ["websocket", "sse", "long-poll", "poll-2s"] }],
  reconnecting: [],
  everywhere: [
    {
      measure: "told",
      subjects: ["long-poll", "poll-2s", "poll-5s", "oidc-provider", "better-auth"],
    },
  ],
  realTime: [{ measure: "told", subjects: ["callback"] }],
  exposed: [],
  expiring: [
    {
      measure: "cost_per_million",
      subjects: ["websocket", "sse", "poll-5s", "poll-2s", "sse-in-object"],
    },
  ],
};

export interface ClaimMetric {
  measure: string;
  subjects: readonly string[];
}
