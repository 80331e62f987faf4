/** The size of the measurement. Times are in seconds. */
export interface RunSize {
  sessionTtl: number;
  /** From the appearance of the code to the approval. */
  wait: number;
  /** How long to check that a waiting object is not woken. */
  idleSeconds: number;
  /** Number of logins, and of abandoned codes, for each transport. */
  logins: number;
  /** Whether to wait until all sessions are deleted. */
  untilDeleted: boolean;
  /** Number of each for the CPU measurement. */
  cpuSamples: number;
}

export const FULL: RunSize = {
  sessionTtl: 120,
  wait: 30,
  idleSeconds: 60,
  logins: 10,
  untilDeleted: true,
  cpuSamples: 100,
};

export const QUICK: RunSize = {
  sessionTtl: 20,
  wait: 2,
  idleSeconds: 4,
  logins: 2,
  untilDeleted: false,
  cpuSamples: 5,
};
