/** What is said of a way to be told, and what is to be said to that. */
export interface Claim {
  claim: string;
  answer: string;
  /** Of what was measured to it. */
  labels: string[];
  /** What stands there where there is nothing to measure. */
  instead?: string;
}

export type ClaimName =
  | "bothWays"
  | "instant"
  | "upkeep"
  | "simple"
  | "reconnecting"
  | "everywhere"
  | "realTime"
  | "exposed"
  | "expiring";
