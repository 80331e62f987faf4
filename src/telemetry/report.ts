import { configOf } from "../config/index.ts";
import { dataPoint } from "./data-point.ts";
import type { EventDetail, OperatorEvent } from "./event.ts";
import { logLine } from "./log-line.ts";

/**
 * Tells the operators: one line of JSON in the log, and one point in the dataset. It costs nobody a
 * wait, and nothing fails for it.
 */
export function report(env: Env, event: OperatorEvent): void {
  const detail = detailOf(env);
  console.info(JSON.stringify(logLine(event, detail)));
  // An operator may do without the dataset, and take the binding out.
  const dataset: AnalyticsEngineDataset | undefined = env.EVENTS;
  dataset?.writeDataPoint(dataPoint(event, detail));
}

/** An object lives through deployments: one whose configuration can't be read tells nothing of anyone. */
function detailOf(env: Env): EventDetail {
  try {
    return configOf(env).eventDetail;
  } catch {
    return "none";
  }
}
