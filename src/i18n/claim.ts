/** A common claim about a transport, and what is true of it. */
export interface Claim {
  claim: string;
  answer: string;
  /** The labels of the measurements. */
  labels: string[];
  /** Shown if there is nothing to measure. */
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
