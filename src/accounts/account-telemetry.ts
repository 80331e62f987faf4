import type { OperatorEvent } from "../telemetry/event.ts";
import type { AuditEvent } from "./audit-log/audit-event.ts";

/** The telemetry of an audit event. It does not name the account. Undefined for what the login session reports itself. */
export function accountEvent(event: AuditEvent): OperatorEvent | undefined {
  switch (event.type) {
    case "account_created":
    case "phone_signed_in":
    case "phone_linked":
    case "passkey_added":
    case "passkey_removed":
    case "recovery_code_made":
    case "recovery_code_used":
      return { type: event.type };
    case "attack":
      return { type: event.type, client: event.clientId, session: event.sid, why: event.what };
    default:
      return undefined;
  }
}
