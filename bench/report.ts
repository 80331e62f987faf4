/** `npm run bench:report`: writes RESULTS.md and the charts again from the existing results. */
import { readResults } from "./harness/results.ts";
import { writeReport } from "./report/write-report.ts";

writeReport(import.meta.dirname, readResults(import.meta.dirname));
