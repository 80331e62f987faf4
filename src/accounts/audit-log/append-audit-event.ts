import { accountStub } from "../account-stub.ts";
import type { AuditEvent } from "./audit-event.ts";

/** Puts an event into an account's history, for its owner to read. `phone`: of the account, if one has brought it about. */
export async function appendAuditEvent(
  env: Env,
  sub: string,
  event: AuditEvent,
  phone: string | undefined,
): Promise<void> {
  await accountStub(env, sub).appendAuditEvent(event, phone);
}
