import { defined } from "../../lib/defined.ts";
import type { Context } from "hono";
import type { EventContext } from "../../accounts/audit-log/audit-event.ts";
import { deviceInfoOf } from "./device-info.ts";

/** With what and from where a request came, as far as an account's history keeps that. */
export function placeOf(c: Context): EventContext {
  const { browser, system, city, country } = deviceInfoOf(c.req.raw);
  return {
    ...defined({ browser, system, city, country }),
  };
}
