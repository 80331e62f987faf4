import { LoginError } from "../../../sdk/login-error.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import type { Step, StepContext } from "../steps.ts";
import { errorMessageFor } from "../error-message.ts";
import type { NoticeLine } from "../../ui/components.ts";
import type { AccountPage } from "./account-page.ts";

/** The button that started an action, and where its error is shown. */
export interface ActionSource {
  by: HTMLButtonElement;
  notice: NoticeLine;
}

/** Runs an action on the account, and goes to the step that it returns. */
export type ActionRunner = (begun: ActionSource, act: () => Promise<Step>) => void;

/**
 * Runs one action of a page at a time, while its button is busy. An error that allows a retry is
 * shown beside the button. A user who is no longer signed in is sent to the sign-in.
 */
export function createActionRunner(
  { account }: StepContext,
  page: AccountPage,
  goTo: (next: Step) => void,
): ActionRunner {
  let busy = false;
  const run = async ({ by, notice }: ActionSource, act: () => Promise<Step>) => {
    if (busy) return;
    busy = true;
    by.ariaBusy = "true";
    notice.show("");
    try {
      goTo(await act());
    } catch (error) {
      const next = redirectFor(error, page);
      if (!next) return notice.show(accountErrorMessage(error));
      if (next.to === "sign-in") account.forget();
      goTo(next);
    } finally {
      busy = false;
      by.ariaBusy = "false";
    }
  };
  return (begun, act) => void run(begun, act);
}

/** The step after an error that shows that the page is out of date. */
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

/** Like `errorMessageFor`, with messages for the account's own errors. */
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
