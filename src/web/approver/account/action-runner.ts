import { LoginError } from "../../../sdk/login-error.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import type { Step, Phone } from "../steps.ts";
import { errorMessageFor } from "../error-message.ts";
import type { AccountPage } from "./account-page.ts";

/** Where a deed is begun, and where it is said that it didn't work. */
export interface ActionSource {
  by: HTMLButtonElement;
  notice: { say(text: string): void };
}

/** Does something in the account, and goes where it leads. */
export type ActionRunner = (begun: ActionSource, act: () => Promise<Step>) => void;

/**
 * What is done at a place: one thing at a time, by a button that is busy meanwhile. What didn't work
 * and can be tried again is said beside the button; who is no longer signed in signs in first.
 */
export function createActionRunner(
  { account }: Phone,
  place: AccountPage,
  go: (next: Step) => void,
): ActionRunner {
  let busy = false;
  const run = async ({ by, notice }: ActionSource, act: () => Promise<Step>) => {
    if (busy) return;
    busy = true;
    by.ariaBusy = "true";
    notice.say("");
    try {
      go(await act());
    } catch (error) {
      const next = redirectFor(error, place);
      if (!next) return notice.say(placeNoticeOf(error));
      if (next.to === "sign-in") account.forget();
      go(next);
    } finally {
      busy = false;
      by.ariaBusy = "false";
    }
  };
  return (begun, act) => void run(begun, act);
}

/** What shows that the list is old, or another person's. */
export function redirectFor(
  error: unknown,
  place: AccountPage,
): Extract<Step, { to: "sign-in" | "place" }> | undefined {
  switch (error instanceof LoginError ? error.code : "") {
    case "sign_in_required":
      return { to: "sign-in", place };
    case "wrong_account":
      return { to: "place", place, said: ACCOUNT.notices.anotherAccount };
    case "device_unknown":
    case "passkey_unknown":
    case "phone_unknown":
      return { to: "place", place, said: ACCOUNT.notices.goneAlready };
    default:
      return undefined;
  }
}

/** What is said in place, where the account has words of its own for it. */
export function placeNoticeOf(error: unknown): string {
  const texts = ACCOUNT.notices;
  if (error instanceof LoginError) {
    switch (error.code) {
      case "too_many_passkeys":
        return texts.tooManyPasskeys;
      case "last_passkey":
        return texts.lastPasskey;
      case "phone_unconfirmed":
        return texts.phoneUnconfirmed;
      case "recovery_code_invalid":
        return texts.recoveryCodeInvalid;
      default:
        return errorMessageFor(error);
    }
  }
  const exists = error instanceof Error && error.name === "InvalidStateError";
  return exists ? texts.passkeyHere : errorMessageFor(error);
}
