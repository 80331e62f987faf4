import { defined } from "../../lib/defined.ts";
import type { Context } from "hono";
import type { AttackType } from "../../accounts/audit-log/audit-event.ts";
import { appendAuditEvent } from "../../accounts/audit-log/append-audit-event.ts";
import type { AuthenticatedUser } from "../../login-session/domain/authenticated-user.ts";
import type { AppEnv } from "../app-env.ts";
import { deviceInfoOf } from "../middleware/device-info.ts";

/** Tells an account's owner, in its history, of what smells of an attack. */
export async function recordAttack(
  c: Context<AppEnv>,
  { sub, phone }: AuthenticatedUser,
  what: AttackType,
): Promise<void> {
  const { browser, system, city, country } = deviceInfoOf(c.req.raw);
  const sid = c.req.param("id");
  const about = {
    ...defined({ sid, browser, system, city, country }),
  };
  await appendAuditEvent(c.env, sub, { type: "attack", what, ...about }, phone);
}
