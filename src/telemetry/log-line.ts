import { defined } from "../lib/defined.ts";
import type { EventDetail, OperatorEvent } from "./event.ts";
import { reportedLocation, type ReportedLocation } from "./location.ts";

/** An event as a JSON line of the log. */
export interface LogLine {
  event: OperatorEvent["type"];
  client?: string;
  session?: string;
  why?: string;
  verdict?: string;
  reasons?: string[];
  screen?: ReportedLocation;
  phone?: ReportedLocation;
}

/** The log line of an event. Only the members that are listed here are logged. */
export function logLine(event: OperatorEvent, detail: EventDetail): LogLine {
  const { type, client, session, why, verdict, reasons } = event;
  const screen = reportedLocation(event.screen, detail);
  const phone = reportedLocation(event.phone, detail);
  return {
    event: type,
    ...defined({ client }),
    // The client knows the user of the session, so the id is personal data.
    ...(session === undefined || detail === "none" ? {} : { session }),
    ...defined({ why, verdict }),
    ...(reasons === undefined ? {} : { reasons: reasons.map(({ code }) => code) }),
    ...(screen ? { screen } : {}),
    ...(phone ? { phone } : {}),
  };
}
