import type { Row } from "./rows.ts";
import type { Storage } from "./workspace.ts";

/** One thing that is measured, of all subjects that it concerns. */
export interface Suite {
  name: string;
  /** Every measure that its rows may name: they take the place of those that were there. */
  measures: readonly string[];
  /** Whether it starts servers of others, which have to be installed. */
  baselines?: true;
  run: (context: SuiteContext) => Promise<Row[]>;
}

export interface SuiteContext {
  /** Small counts: to see that everything works, not how fast it is. */
  quick: boolean;
  /** Logs the progress. */
  log: (text: string) => void;
  /** Adds a note for readers of the results. */
  note: (text: string) => void;
  /** A new empty folder, which is removed at the end. */
  folder: (storage?: Storage) => string;
}
