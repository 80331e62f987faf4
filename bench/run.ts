/**
 * `npm run bench`: measures our Worker and its peers on this machine, and writes what was seen.
 * `--quick` only sees whether everything works, with small counts, and leaves the results alone;
 * `--only told` runs one suite, and leaves the rows of the others as they were; `--output` is another
 * folder for the results.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fail, leaveNothing } from "./harness/endings.ts";
import { closeConnections } from "./harness/http.ts";
import { installPeers } from "./harness/install.ts";
import { whatIsMissing } from "./harness/requirements.ts";
import { runSuites } from "./harness/run-suites.ts";
import type { Suite } from "./harness/suite.ts";
import { hasTmpfs } from "./harness/workspace.ts";
import { writeReport } from "./report/write-report.ts";
import { SUITES } from "./suites/index.ts";

leaveNothing();

try {
  const begunAt = performance.now();
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true },
      output: { type: "string" },
    },
  });
  const { quick } = values;
  // What a quick run measures says nothing of how fast anything is, so it is kept apart.
  const output = values.output ?? join(import.meta.dirname, quick ? "quick" : "");
  const suites = chosen(values.only);
  const missing = whatIsMissing({ platform: process.platform, tmpfs: hasTmpfs() });
  if (missing !== undefined) throw new Error(missing);
  if (suites.some(({ peers }) => peers)) installPeers(console.log);
  writeReport(output, await runSuites(suites, { quick, output, log: console.log }));
  const minutes = ((performance.now() - begunAt) / 60_000).toFixed(1);
  console.log(`\nEvery answer was right. It took ${minutes} min: ${join(output, "RESULTS.md")}`);
  closeConnections();
  process.exit(0);
} catch (error) {
  fail(error);
}

function chosen(only: readonly string[] | undefined): readonly Suite[] {
  const unknown = only?.find((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    const names = SUITES.map(({ name }) => name).join(", ");
    throw new Error(`There is no suite ${unknown}. There are: ${names}.`);
  }
  return SUITES.filter(({ name }) => only === undefined || only.includes(name));
}
