import { accountStub } from "../account-stub.ts";
import type { AuditEvent } from "./audit-event.ts";

/** Appends an event to the audit log of an account. `phone`: the account's phone that caused it. */
export async function appendAuditEvent(
  env: Env,
  sub: string,
  event: AuditEvent,
  phone: string | undefined,
): Promise<void> {
  await accountStub(env, sub).appendAuditEvent(event, phone);
}
