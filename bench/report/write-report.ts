import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "../harness/results.ts";
import { writeFileAtomic } from "../harness/write-file.ts";
import { ALL_SUBJECTS } from "../targets/index.ts";
import { CHARTS } from "./charts.ts";
import { resultsMarkdown } from "./results-md.ts";

/** Writes RESULTS.md and its charts. */
export function writeReport(folder: string, results: Results): void {
  const drawn = CHARTS.flatMap(({ file, draw }) => {
    const svg = draw(results.rows);
    return svg === undefined ? [] : [{ file, svg }];
  });
  mkdirSync(join(folder, "charts"), { recursive: true });
  for (const { file, svg } of drawn) writeFileAtomic(join(folder, "charts", file), svg);
  const charts = new Set(drawn.map(({ file }) => file));
  const text = resultsMarkdown(results, { charts, subjects: ALL_SUBJECTS });
  writeFileAtomic(join(folder, "RESULTS.md"), text);
}
