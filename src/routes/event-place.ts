import type { Context } from "hono";
import type { EventPlace } from "../accounts/history-event.ts";
import { deviceOf } from "./device.ts";

/** With what and from where a request came, as far as an account's history keeps that. */
export function placeOf(c: Context): EventPlace {
  const { browser, system, city, country } = deviceOf(c.req.raw);
  return {
    ...(browser === undefined ? {} : { browser }),
    ...(system === undefined ? {} : { system }),
    ...(city === undefined ? {} : { city }),
    ...(country === undefined ? {} : { country }),
  };
}
