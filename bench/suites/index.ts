import type { Suite } from "../harness/suite.ts";
import { cost } from "./cost.ts";
import { idle } from "./idle.ts";
import { notification } from "./notification.ts";
import { page } from "./page.ts";
import { signature } from "./signature.ts";
import { start } from "./start.ts";
import { throughput } from "./throughput.ts";
import { wire } from "./wire.ts";

/** All suites, in the order in which they run. */
export const SUITES: readonly Suite[] = [
  notification,
  throughput,
  start,
  signature,
  idle,
  wire,
  page,
  cost,
];
