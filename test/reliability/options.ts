/** How much of each is done: small in a run of all tests, large by the scripts (docs/reliability.md). */
export interface ReliabilityOptions {
  seed: number;
  /** Mutated requests. */
  mutatedRequests: number;
  /** The first round, to repeat one alone. */
  firstRound: number;
  /** Races of each kind. */
  races: number;
  /** Sequences of commands. */
  modelRuns: number;
}

export const SMALL: ReliabilityOptions = {
  seed: 1,
  mutatedRequests: 6_000,
  firstRound: 0,
  races: 8,
  modelRuns: 25,
};

/** The environment variable by which a script asks for other counts: JSON. */
export const OPTIONS_VARIABLE = "RELIABILITY";

export function optionsOf(environment: Record<string, string | undefined>): ReliabilityOptions {
  const wanted: unknown = JSON.parse(environment[OPTIONS_VARIABLE] ?? "{}");
  return { ...SMALL, ...(wanted as Partial<ReliabilityOptions>) };
}

declare module "vitest" {
  interface ProvidedContext {
    reliability: ReliabilityOptions;
  }
}
