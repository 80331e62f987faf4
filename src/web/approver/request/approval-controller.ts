import { startAuthentication } from "@simplewebauthn/browser";
import { LoginError } from "../../../sdk/login-error.ts";
import { PHONE } from "../../ui/texts.ts";
import type { Account } from "../sign-in/account.ts";
import { PHONE_CLIENT_ID } from "./request-texts.ts";
import { resultOf, type Result } from "../result.ts";
import { deleteScan, loadScan } from "../scan/scan-storage.ts";
import type { AnsweredScan, Step } from "../steps.ts";
import { errorMessageFor } from "../error-message.ts";
import { approve, deny, stepUpOptions, type Proof } from "../sessions.ts";

export type Decision = "approved" | "denied";

/** A decision on its way: what comes next, or what is said in place where it can be tried again. */
export type DecisionOutcome = Step | { notice: string };

/** Carries out what somebody decides about a request. */
export class ApprovalController {
  #scan: AnsweredScan;
  #account: Account;
  /** What was decided whose answer was lost: it may have been taken without our knowing. */
  #uncertain: Decision | undefined;

  constructor(scan: AnsweredScan, account: Account) {
    this.#scan = scan;
    this.#account = account;
  }

  /** `digits`: what was typed here of what the screen shows. */
  async carryOut(decision: Decision, digits?: string): Promise<DecisionOutcome> {
    try {
      if (decision === "denied") await deny(this.#scan);
      else await approve(this.#scan, await this.#proof(digits));
      return ended(decision === "approved" ? approvalOf(this.#scan) : decision);
    } catch (error) {
      return this.#failed(decision, error);
    }
  }

  /** The passkey comes last: what it signs is about to be sent. */
  async #proof(digits: string | undefined): Promise<Proof> {
    const match = digits === undefined ? {} : { match: digits };
    if (!this.#scan.request.step_up) return match;
    const options = await stepUpOptions(this.#scan);
    return { ...match, assertion: await startAuthentication({ optionsJSON: options }) };
  }

  #failed(decision: Decision, error: unknown): DecisionOutcome {
    const scan = this.#scan;
    // Of WebAuthn: nothing was sent, and the passkey can be asked once more.
    if (!(error instanceof LoginError)) return { notice: errorMessageFor(error) };
    switch (error.code) {
      case "network":
        this.#uncertain = decision;
        return { notice: PHONE.notices.network };
      case "temporarily_unavailable":
        this.#uncertain = decision;
        return { notice: PHONE.notices.other };
      case "too_many_requests":
        return { notice: PHONE.notices.tooManyRequests };
      case "ceremony_expired":
      case "passkey_invalid":
        return { notice: PHONE.notices.passkeyFailed };
      case "sign_in_required":
        this.#account.forget();
        return { to: "sign-in", scan };
      case "sign_in_again":
        return { to: "sign-in", scan, wanted: "again" };
      case "wrong_account":
        return { to: "sign-in", scan, wanted: "another" };
      case "match_required":
      case "step_up_required":
      case "risk_blocked":
        // It takes more than was shown, for instance of the account that has signed in meanwhile.
        return asked(scan);
      default:
        return ended(this.endOf(error));
    }
  }

  /** How it came to its end while it was looked at. A wrong code is of the device that it was typed on. */
  endOf(error: LoginError): Result {
    if (this.#uncertain && error.code === `already_${this.#uncertain}`) return this.#uncertain;
    const end = resultOf(error, navigator.onLine);
    const typedThere = this.#scan.request.match?.by === "screen";
    return end === "matchWrong" && typedThere ? "matchWrongThere" : end;
  }
}

/** The request is asked for anew, and shown as it is then. */
function asked({ session_id: sessionId, scan_token: scanToken }: AnsweredScan): Step {
  return { to: "claim", scanned: { by: "scan_token", sessionId, scanToken } };
}

/** What an approval has done: it lets a screen in, or another phone. */
function approvalOf({ client }: AnsweredScan): Result {
  return client.client_id === PHONE_CLIENT_ID ? "phoneAdded" : "approved";
}

/** It is over. Who approved in the browser that shows the code has no other screen to look at. */
export function ended(end: Result): Step {
  const here = end === "approved" && loadScan()?.sameDevice === true;
  deleteScan();
  return { to: "end", end: here ? "approvedHere" : end };
}
