import { defined } from "../lib/defined.ts";
import type { EventDetail, OperatorEvent } from "./event.ts";
import { placeOf, type Place } from "./place.ts";

/** An event as a line of the log: JSON, whose members can be searched for. */
export interface LogLine {
  event: OperatorEvent["type"];
  client?: string;
  session?: string;
  why?: string;
  verdict?: string;
  reasons?: string[];
  screen?: Place;
  phone?: Place;
}

/** A function of its arguments. What is not named here can't get into a log. */
export function logLine(event: OperatorEvent, detail: EventDetail): LogLine {
  const { type, client, session, why, verdict, reasons } = event;
  const screen = placeOf(event.screen, detail);
  const phone = placeOf(event.phone, detail);
  return {
    event: type,
    ...defined({ client }),
    // It names a login, and so, to the client that knows whose it is, a person.
    ...(session === undefined || detail === "none" ? {} : { session }),
    ...defined({ why, verdict }),
    ...(reasons === undefined ? {} : { reasons: reasons.map(({ code }) => code) }),
    ...(screen ? { screen } : {}),
    ...(phone ? { phone } : {}),
  };
}
