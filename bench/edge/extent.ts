/** How much is counted. Times are seconds. */
export interface Extent {
  sessionTtl: number;
  /** From the code's appearance to the approval. */
  wait: number;
  /** For how long it is watched whether a waiting object is left in peace. */
  undisturbed: number;
  /** Logins, and abandoned codes, of each way. */
  logins: number;
  /** Whether to wait until nothing of any session is left. */
  untilForgotten: boolean;
  /** How many of each to measure CPU by. */
  burst: number;
}

export const FULL: Extent = {
  sessionTtl: 120,
  wait: 30,
  undisturbed: 60,
  logins: 10,
  untilForgotten: true,
  burst: 100,
};

export const QUICK: Extent = {
  sessionTtl: 20,
  wait: 2,
  undisturbed: 4,
  logins: 2,
  untilForgotten: false,
  burst: 5,
};
