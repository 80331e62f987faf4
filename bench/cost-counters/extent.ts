/** The size of the measurement. Times are in seconds. */
export interface Extent {
  sessionTtl: number;
  /** From the appearance of the code to the approval. */
  wait: number;
  /** How long to check that a waiting object is not woken. */
  undisturbed: number;
  /** Number of logins, and of abandoned codes, for each transport. */
  logins: number;
  /** Whether to wait until all sessions are deleted. */
  untilForgotten: boolean;
  /** Number of each for the CPU measurement. */
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
