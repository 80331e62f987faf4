import { err, ok, type Result } from "../../lib/result.ts";
import type { Profile } from "../profile.ts";
import { isExpired, type PhoneSession } from "./phone-session.ts";
import { isUnconfirmed, rootOf, type HasTrustDelay } from "./trust-delay.ts";

/**
 * What a phone may do in its account. Every change that a phone requests is authorized here, in the turn that writes
 * it: the phone may have been signed out since the request arrived (OWASP ASVS 5.0, 15.4.2). Pure functions.
 *
 * The rule for an unconfirmed phone (trust-delay.ts): it may add what gets the same trust delay, and remove what has
 * the same root. Everything else in the account stays as it would be without that phone.
 */
export type Action =
  /** Concerns the phone itself; a passkey that is added has its root. */
  | { type: "add_passkey" | "turn_notices_on" | "turn_notices_off" }
  /** Changes or removes existing things. `targets`: the phones, the passkey or the logins on screens. */
  | {
      type: "remove_passkey" | "sign_out_phones" | "end_screens";
      targets: readonly HasTrustDelay[];
    }
  /**
   * For the owner only. `confirm_screen` is among them, also for a screen that the phone has logged in itself: it
   * answers a question that the owner is asked. So is `rename_passkey`, also for a passkey that the phone has added: a
   * name is text that the owner reads, and could be a message from an attacker.
   */
  | {
      type:
        | "rename_passkey"
        | "confirm_screen"
        | "make_recovery_code"
        | "link_phone"
        | "delete_account";
    };

/** An app of a trusted issuer that has presented an access token. Such accounts have no phones here. */
export const ISSUER_APP = "issuer_app";

/** The phone as it is stored now, or undefined if it isn't signed in. */
export type Actor = PhoneSession | typeof ISSUER_APP | undefined;

export type ActionRefused = "not_signed_in" | "phone_unconfirmed";

/** Returns the actor, which is signed in. */
export function authorize<Who extends Actor>(
  action: Action,
  actor: Who,
  account: Pick<Profile, "lastConfirmedUse"> | undefined,
  now: number,
): Result<NonNullable<Who>, ActionRefused> {
  if (actor === undefined) return err("not_signed_in");
  if (actor === ISSUER_APP) {
    return isAboutScreens(action) ? ok(actor) : err("not_signed_in");
  }
  if (account === undefined || isExpired(actor, now)) return err("not_signed_in");
  if (!isUnconfirmed(actor, account, now)) return ok(actor);
  return mayUnconfirmed(action, rootOf(actor, now), now) ? ok(actor) : err("phone_unconfirmed");
}

function mayUnconfirmed(action: Action, root: string | undefined, now: number): boolean {
  switch (action.type) {
    case "add_passkey":
    case "turn_notices_on":
    case "turn_notices_off":
      return true;
    case "remove_passkey":
    case "sign_out_phones":
    case "end_screens":
      return root !== undefined && action.targets.every((target) => rootOf(target, now) === root);
    case "rename_passkey":
    case "confirm_screen":
    case "make_recovery_code":
    case "link_phone":
    case "delete_account":
      return false;
  }
}

function isAboutScreens({ type }: Action): boolean {
  return type === "end_screens" || type === "confirm_screen";
}
