import type { Fuzzer } from "./fuzzer.ts";

/** The output of a run: a line of totals and each flaw with its request. */
export function reportOf(
  { mutated, statuses, flaws }: Fuzzer,
  { seed, rounds }: { seed: number; rounds: number },
): string {
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, n]) => `${status}: ${n}`);
  const found = [...flaws.values()].map(
    ({ what, route, request, log, times }) =>
      `\n--- ${route}: ${what} (${times} times)\n${request}\n${log === "" ? "" : `log: ${log}\n`}`,
  );
  const figures = { mutated, seed, rounds, flaws: flaws.size };
  return [`mutated requests ${JSON.stringify(figures)}`, counts.join(", "), ...found].join("\n");
}
