import { describeMachine } from "./machine.ts";
import { readResults, writeResults, type Results } from "./results.ts";
import { mergeRows } from "./rows.ts";
import type { Suite } from "./suite.ts";
import { WORKERD_VERSION } from "./workerd.ts";
import { newFolder } from "./workspace.ts";

export interface RunOptions {
  quick: boolean;
  /** The folder of the results. Results of suites that don't run are kept. */
  output: string;
  log: (text: string) => void;
}

/** Runs the suites one after the other. Results are written only if all of them succeed. */
export async function runSuites(
  suites: readonly Suite[],
  { quick, output, log }: RunOptions,
): Promise<Results> {
  const before = readResults(output);
  const results: Results = {
    rows: before.rows,
    suites: { ...before.suites },
    machine: describeMachine(WORKERD_VERSION),
  };
  for (const suite of suites) {
    log(`\n=== ${suite.name}`);
    const startedAt = performance.now();
    const notes: string[] = [];
    const rows = await suite.run({
      quick,
      log,
      note: (text) => notes.push(text),
      folder: (storage = "tmpfs") => newFolder(storage),
    });
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    results.rows = mergeRows(results.rows, suite.measures, rows);
    results.suites[suite.name] = { ranAt: new Date().toISOString(), seconds, notes };
    log(`${suite.name}: ${rows.length} rows in ${seconds} s`);
  }
  writeResults(output, results);
  return results;
}
