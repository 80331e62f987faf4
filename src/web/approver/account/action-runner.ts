import { LoginError } from "../../../sdk/login-error.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import type { Step, StepContext } from "../steps.ts";
import { errorMessageFor } from "../error-message.ts";
import type { NoticeLine } from "../../ui/components.ts";
import type { AccountPage } from "./account-page.ts";

/** Where a deed is begun, and where it is said that it didn't work. */
export interface ActionSource {
  by: HTMLButtonElement;
  notice: NoticeLine;
}

/** Does something in the account, and goes where it leads. */
export type ActionRunner = (begun: ActionSource, act: () => Promise<Step>) => void;

/**
 * What is done at a page: one thing at a time, by a button that is busy meanwhile. What didn't work
 * and can be tried again is said beside the button; who is no longer signed in signs in first.
 */
export function createActionRunner(
  { account }: StepContext,
  page: AccountPage,
  go: (next: Step) => void,
): ActionRunner {
  let busy = false;
  const run = async ({ by, notice }: ActionSource, act: () => Promise<Step>) => {
    if (busy) return;
    busy = true;
    by.ariaBusy = "true";
    notice.show("");
    try {
      go(await act());
    } catch (error) {
      const next = redirectFor(error, page);
      if (!next) return notice.show(accountErrorMessage(error));
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
  page: AccountPage,
): Extract<Step, { to: "sign-in" | "account-page" }> | undefined {
  switch (error instanceof LoginError ? error.code : "") {
    case "sign_in_required":
      return { to: "sign-in", page };
    case "wrong_account":
      return { to: "account-page", page, message: ACCOUNT.notices.anotherAccount };
    case "device_unknown":
    case "passkey_unknown":
    case "phone_unknown":
      return { to: "account-page", page, message: ACCOUNT.notices.goneAlready };
    default:
      return undefined;
  }
}

/** What is said in page, where the account has words of its own for it. */
export function accountErrorMessage(error: unknown): string {
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
