import { configOf } from "../config/index.ts";
import { dataPoint } from "./data-point.ts";
import type { EventDetail, OperatorEvent } from "./event.ts";
import { logLine } from "./log-line.ts";

/** Reports an event to the operator: a line in the log, and a data point. Neither waits nor fails. */
export function report(env: Env, event: OperatorEvent): void {
  const detail = detailOf(env);
  console.info(JSON.stringify(logLine(event, detail)));
  // The binding is optional.
  const dataset: AnalyticsEngineDataset | undefined = env.EVENTS;
  dataset?.writeDataPoint(dataPoint(event, detail));
}

/** With an invalid configuration, no location is reported. */
function detailOf(env: Env): EventDetail {
  try {
    return configOf(env).eventDetail;
  } catch {
    return "none";
  }
}
