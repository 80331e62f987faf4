import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { Machine } from "./machine.ts";
import type { Row } from "./rows.ts";
import { writeFileAtomic } from "./write-file.ts";

/** When and how a suite ran. */
export interface SuiteRun {
  ranAt: string;
  seconds: number;
  notes: string[];
}

/** All data of the results. The report is made from them. */
export interface Results {
  rows: Row[];
  machine?: Machine | undefined;
  suites: Record<string, SuiteRun>;
}

const ROWS = "results.json";
const RUN = "run.json";

const Distribution = { p50: v.number(), p95: v.number(), p99: v.number() };
const Key = {
  measure: v.string(),
  subject: v.string(),
  at: v.exactOptional(v.union([v.number(), v.string()])),
  unit: v.string(),
  spread: v.exactOptional(v.tuple([v.number(), v.number()])),
};
const Rows = v.array(
  v.union([
    v.object({ ...Key, ...Distribution, count: v.exactOptional(v.number()) }),
    v.object({ ...Key, value: v.number() }),
  ]),
);
const Run = v.object({
  machine: v.exactOptional(
    v.object({
      cores: v.number(),
      cpu: v.string(),
      memoryGB: v.number(),
      system: v.string(),
      node: v.string(),
      workerd: v.string(),
    }),
  ),
  suites: v.record(
    v.string(),
    v.object({ ranAt: v.string(), seconds: v.number(), notes: v.array(v.string()) }),
  ),
});

/** The results in a folder; empty if there are none yet. */
export function readResults(folder: string): Results {
  const rows = readJson(join(folder, ROWS));
  const run = readJson(join(folder, RUN));
  return {
    rows: rows === undefined ? [] : v.parse(Rows, rows),
    ...(run === undefined ? { suites: {} } : v.parse(Run, run)),
  };
}

export function writeResults(folder: string, { rows, machine, suites }: Results): void {
  mkdirSync(folder, { recursive: true });
  const lines = rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n");
  writeFileAtomic(join(folder, ROWS), `[\n${lines}\n]\n`);
  writeFileAtomic(join(folder, RUN), `${JSON.stringify({ machine, suites }, undefined, 2)}\n`);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
