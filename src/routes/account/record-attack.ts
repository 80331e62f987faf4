import { defined } from "../../lib/defined.ts";
import type { Context } from "hono";
import type { AttackType } from "../../accounts/audit-log/audit-event.ts";
import { appendAuditEvent } from "../../accounts/audit-log/append-audit-event.ts";
import type { AuthenticatedUser } from "../../login-session/domain/authenticated-user.ts";
import type { AppEnv } from "../app-env.ts";
import { eventContextOf } from "../middleware/request-context.ts";

/** Adds an attack to the account's audit log. */
export async function recordAttack(
  c: Context<AppEnv>,
  { sub, phone }: AuthenticatedUser,
  what: AttackType,
): Promise<void> {
  const context = { ...eventContextOf(c), ...defined({ sid: c.req.param("id") }) };
  await appendAuditEvent(c.env, sub, { type: "attack", what, ...context }, phone);
}
