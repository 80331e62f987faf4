import { startAuthentication } from "@simplewebauthn/browser";
import { LoginFailure } from "../client/failure.ts";
import { PHONE } from "../texts.ts";
import type { Account } from "./account.ts";
import { PHONE_CLIENT_ID } from "./asked.ts";
import { endOf, type End } from "./ends.ts";
import { forgetScan, keptScan } from "./kept-scan.ts";
import type { AnsweredScan, Next } from "./next.ts";
import { noticeOf } from "./notices.ts";
import { approve, deny, stepUpOptions, type Proof } from "./sessions.ts";

export type Decision = "approved" | "denied";

/** A decision on its way: what comes next, or what is said in place where it can be tried again. */
export type Carried = Next | { notice: string };

/** Carries out what somebody decides about a request. */
export class Decider {
  #scan: AnsweredScan;
  #account: Account;
  /** What was decided whose answer was lost: it may have been taken without our knowing. */
  #uncertain: Decision | undefined;

  constructor(scan: AnsweredScan, account: Account) {
    this.#scan = scan;
    this.#account = account;
  }

  /** `digits`: what was typed here of what the screen shows. */
  async carryOut(decision: Decision, digits?: string): Promise<Carried> {
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

  #failed(decision: Decision, error: unknown): Carried {
    const scan = this.#scan;
    // Of WebAuthn: nothing was sent, and the passkey can be asked once more.
    if (!(error instanceof LoginFailure)) return { notice: noticeOf(error) };
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
  endOf(error: LoginFailure): End {
    if (this.#uncertain && error.code === `already_${this.#uncertain}`) return this.#uncertain;
    const end = endOf(error, navigator.onLine);
    const typedThere = this.#scan.request.match?.by === "screen";
    return end === "matchWrong" && typedThere ? "matchWrongThere" : end;
  }
}

/** The request is asked for anew, and shown as it is then. */
function asked({ session_id: sessionId, scan_token: scanToken }: AnsweredScan): Next {
  return { to: "claim", scanned: { by: "scan_token", sessionId, scanToken } };
}

/** What an approval has done: it lets a screen in, or another phone. */
function approvalOf({ client }: AnsweredScan): End {
  return client.client_id === PHONE_CLIENT_ID ? "phoneAdded" : "approved";
}

/** It is over. Who approved in the browser that shows the code has no other screen to look at. */
export function ended(end: End): Next {
  const here = end === "approved" && keptScan()?.sameDevice === true;
  forgetScan();
  return { to: "end", end: here ? "approvedHere" : end };
}
