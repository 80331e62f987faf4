import { defined } from "../../lib/defined.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { Credential } from "../passkeys/credential.ts";
import type { PhoneSession } from "../phone-sessions/phone-session.ts";
import type { AuditEvent } from "./audit-event.ts";

/** The events of phones that were signed out, with the names of their passkeys, as far as they are in `passkeys`. */
export function phonesSignedOut(
  phones: readonly PhoneSession[],
  passkeys: readonly Credential[],
): AuditEvent[] {
  return phones.map(({ device, credential }) => {
    const name = passkeys.find(({ id }) => id === credential)?.name;
    return { type: "phone_signed_out", ...defined({ name }), ...device };
  });
}

export function passkeysRemoved(passkeys: readonly Pick<Credential, "name">[]): AuditEvent[] {
  return passkeys.map(({ name }) => ({ type: "passkey_removed", name }));
}

/** A login that failed because the phone that approved it was signed out. */
export function approverSignedOut({ clientId, sessionId, screen }: Grant): AuditEvent {
  const { browser, system, city, country } = screen;
  return {
    type: "login_refused",
    reasons: [{ code: "approver_signed_out" }],
    clientId,
    sid: sessionId,
    ...defined({ browser, system, city, country }),
  };
}
