/**
 * `npm run bench`: measures this Worker and the baselines on this machine and writes the results.
 * `--quick` only checks that everything works, with small counts, and doesn't change the results;
 * `--only wire` runs one suite and keeps the rows of the others; `--output` sets another folder for the
 * results.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installPackage } from "../scripts/install-package.ts";
import { fail, cleanUpOnExit } from "./harness/cleanup.ts";
import { closeConnections } from "./harness/http.ts";
import { missingRequirement } from "./harness/requirements.ts";
import { runSuites } from "./harness/run-suites.ts";
import type { Suite } from "./harness/suite.ts";
import { hasTmpfs } from "./harness/workspace.ts";
import { writeReport } from "./report/write-report.ts";
import { SUITES } from "./suites/index.ts";

cleanUpOnExit();

try {
  const startedAt = performance.now();
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true },
      output: { type: "string" },
    },
  });
  const { quick } = values;
  // A quick run measures too little to compare speeds, so its results are stored separately.
  const output = values.output ?? join(import.meta.dirname, quick ? "quick" : "");
  const suites = chosen(values.only);
  const missing = missingRequirement({ platform: process.platform, tmpfs: hasTmpfs() });
  if (missing !== undefined) throw new Error(missing);
  if (suites.some(({ baselines }) => baselines)) installPackage(import.meta.dirname, console.log);
  writeReport(output, await runSuites(suites, { quick, output, log: console.log }));
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(`\nAll answers were correct. It took ${minutes} min: ${join(output, "RESULTS.md")}`);
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
