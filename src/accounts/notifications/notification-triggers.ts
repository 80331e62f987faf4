import { defined } from "../../lib/defined.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { News } from "./push-notifications.ts";
import type { EventContext, AuditEvent } from "../audit-log/audit-event.ts";

/** What of an account's events its owner is told at once, on their phones: functions of their arguments. */

/** Undefined for what can wait until somebody looks. */
export function notificationFor(event: AuditEvent, at: number): News | undefined {
  const type = newsType(event.type);
  return type === undefined ? undefined : { type, at, about: placeOf(event) };
}

export function notificationForLogin({ clientId, sessionId, screen }: Grant, at: number): News {
  return { type: "device_linked", at, about: placeOf({ ...screen, clientId, sid: sessionId }) };
}

function newsType(type: AuditEvent["type"]): News["type"] | undefined {
  switch (type) {
    case "login_refused":
    // What one device shows was not typed on the other: so perhaps it wasn't shown to the same person.
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

/** The members that are named, and nothing else of whatever they came with. */
function placeOf({ clientId, sid, browser, system, city, country }: EventContext): EventContext {
  return {
    ...defined({ clientId, sid, browser, system, city, country }),
  };
}
