import { SeededRandom } from "../support/seeded-random.ts";

export const TRANSPORTS = ["websocket", "sse", "long-poll", "callback"] as const;

export type Transport = (typeof TRANSPORTS)[number];

/** What the people before the screen and the phone do with a login. */
export type Decision = "approve" | "deny" | "cancel" | "expire";

/** One login of a run: what is to happen in it. A seed gives the same plans every time. */
export interface LoginPlan {
  index: number;
  transport: Transport;
  decision: Decision;
  /** Which phone, as a share of all of them. */
  phone: number;
  /** Whether the phone scans, where it need not. */
  scans: boolean;
  /** Whether the tokens are bound to a key of the screen (RFC 9449). */
  bound: boolean;
  /** How many times the refresh token is used, and by how many tabs at once each time. */
  refreshes: number[];
}

/** Shares of the logins. The rest is approved. */
const DENIED = 0.08;
const CANCELLED = 0.06;
const EXPIRED = 0.05;

export function planLogin(seed: number, index: number): LoginPlan {
  const random = new SeededRandom(seed, index);
  const transport = TRANSPORTS.at(index % TRANSPORTS.length) ?? "websocket";
  const decision = decide(random.next());
  return {
    index,
    transport,
    decision,
    phone: random.next(),
    // A client is called back only about a login that a phone has claimed.
    scans: transport === "callback" || random.chance(0.5),
    bound: random.chance(0.4),
    refreshes: Array.from({ length: 1 + random.below(4) }, () =>
      random.chance(0.2) ? 2 + random.below(4) : 1,
    ),
  };
}

function decide(drawn: number): Decision {
  if (drawn < DENIED) return "deny";
  if (drawn < DENIED + CANCELLED) return "cancel";
  return drawn < DENIED + CANCELLED + EXPIRED ? "expire" : "approve";
}
