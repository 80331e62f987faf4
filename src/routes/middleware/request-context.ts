import { defined } from "../../lib/defined.ts";
import type { Context } from "hono";
import type { EventContext } from "../../accounts/audit-log/audit-event.ts";
import { deviceInfoOf } from "./device-info.ts";

/** What an account's audit log stores of the device and the location of a request. */
export function eventContextOf(c: Context): EventContext {
  const { browser, system, city, country } = deviceInfoOf(c.req.raw);
  return defined({ browser, system, city, country });
}
