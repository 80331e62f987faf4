import { defined } from "../../lib/defined.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { AuditEvent, EventContext } from "../audit-log/audit-event.ts";
import type { NotificationEvent } from "./push-notifications.ts";

/** Which events are sent to the owner's phones at once. Pure functions. */

/** Undefined for an event that is only in the audit log. */
export function notificationFor(event: AuditEvent, at: number): NotificationEvent | undefined {
  const type = notificationType(event.type);
  return type === undefined ? undefined : { type, at, about: contextOf(event) };
}

export function notificationForLogin(
  { clientId, sessionId, screen }: Grant,
  at: number,
): NotificationEvent {
  return { type: "device_linked", at, about: contextOf({ ...screen, clientId, sid: sessionId }) };
}

function notificationType(type: AuditEvent["type"]): NotificationEvent["type"] | undefined {
  switch (type) {
    case "login_refused":
    // The digits of one device were not typed on the other: perhaps two people hold them.
    case "match_wrong":
      return "login_refused";
    case "attack":
    case "recovery_code_used":
    case "phone_linked":
      return type;
    default:
      return undefined;
  }
}

/** Only these members: a screen has more. */
function contextOf({ clientId, sid, browser, system, city, country }: EventContext): EventContext {
  return defined({ clientId, sid, browser, system, city, country });
}
