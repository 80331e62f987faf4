import { err, ok, type Result } from "../../lib/result.ts";
import { isExpired, type PhoneSession, type Profile } from "../account-state.ts";
import { isUnconfirmed, rootOf, type OfPhone } from "./trust-delay.ts";

/**
 * What a phone may do in its account. Every change that a phone asks for is decided here, in the turn that writes it:
 * the phone may have been signed out since the request was first looked at (OWASP ASVS 5.0, 15.4.2). A pure function,
 * without clock or I/O.
 *
 * The rule for an unconfirmed phone (probation.ts): it may add what gets the same trust delay, and change or remove what
 * came of the same root. Everything else in the account stays as it would be without that phone.
 */
export type Action =
  /** Concerns the phone itself; what is added is of its root. */
  | { type: "add_passkey" | "turn_notices_on" | "turn_notices_off" }
  /** Changes or removes what is there. `targets`: the phones, the passkey or the logins on screens. */
  | {
      type: "rename_passkey" | "remove_passkey" | "sign_out_phones" | "end_screens";
      targets: readonly OfPhone[];
    }
  /**
   * Speaks for the owner. "That was me" (`confirm_screen`) is among them: it answers a question that is put to the
   * owner, also about a screen that the phone has logged in itself.
   */
  | { type: "confirm_screen" | "make_recovery_code" | "link_phone" | "delete_account" };

/** An app of a trusted issuer, whose access token has proven who holds it: such accounts have no phones here. */
export const ISSUER_APP = "issuer_app";

/** Who asks: a phone as it is stored now, or undefined where it isn't signed in. */
export type Actor = PhoneSession | typeof ISSUER_APP | undefined;

export type ActionRefused = "not_signed_in" | "phone_unconfirmed";

/** Gives the actor, which is signed in then. */
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
  return isOfItsOwn(action, rootOf(actor, now), now) ? ok(actor) : err("phone_unconfirmed");
}

function isOfItsOwn(action: Action, root: string | undefined, now: number): boolean {
  switch (action.type) {
    case "add_passkey":
    case "turn_notices_on":
    case "turn_notices_off":
      return true;
    case "rename_passkey":
    case "remove_passkey":
    case "sign_out_phones":
    case "end_screens":
      return root !== undefined && action.targets.every((target) => rootOf(target, now) === root);
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
