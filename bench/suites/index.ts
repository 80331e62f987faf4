import type { Suite } from "../harness/suite.ts";
import { edge } from "./edge.ts";
import { howMany } from "./how-many.ts";
import { page } from "./page.ts";
import { start } from "./start.ts";
import { told } from "./told.ts";
import { waiting } from "./waiting.ts";
import { wire } from "./wire.ts";

/** All that is measured, in the order in which it is. */
export const SUITES: readonly Suite[] = [told, howMany, start, waiting, wire, page, edge];
