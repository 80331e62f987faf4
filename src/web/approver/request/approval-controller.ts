import { startAuthentication } from "@simplewebauthn/browser";
import { LoginError } from "../../../sdk/login-error.ts";
import { PHONE } from "../../ui/texts.ts";
import { errorMessageFor } from "../error-message.ts";
import { resultOf, type Result } from "../result.ts";
import { deleteScan, loadScan } from "../scan/scan-storage.ts";
import { approve, byScanToken, deny, stepUpOptions, type Proof } from "../sessions.ts";
import type { Account } from "../sign-in/account.ts";
import type { AnsweredScan, Step } from "../steps.ts";
import { PHONE_CLIENT_ID } from "./request-texts.ts";

export type Decision = "approved" | "denied";

/** The next step, or an error message if the user can try again. */
export type DecisionOutcome = Step | { notice: string };

/** Sends the user's decision about a request, and turns the response into the next step. */
export class ApprovalController {
  readonly #scan: AnsweredScan;
  readonly #account: Pick<Account, "forget">;
  readonly #authenticate: typeof startAuthentication;
  /** A decision without a response: the server may have applied it. */
  #unanswered: Decision | undefined;

  constructor(
    scan: AnsweredScan,
    account: Pick<Account, "forget">,
    authenticate = startAuthentication,
  ) {
    this.#scan = scan;
    this.#account = account;
    this.#authenticate = authenticate;
  }

  /** `digits`: what the user typed on the phone for number matching. */
  async decide(decision: Decision, digits?: string): Promise<DecisionOutcome> {
    try {
      if (decision === "denied") await deny(this.#scan);
      else await approve(this.#scan, await this.#proof(digits));
      return finalStep(decision === "approved" ? this.#approvedResult() : decision);
    } catch (error) {
      return this.#failure(decision, error);
    }
  }

  /** What the user is shown when the server refuses because the login session has ended. */
  resultOf(error: LoginError): Result {
    if (this.#unanswered && error.code === `already_${this.#unanswered}`) return this.#unanswered;
    const result = resultOf(error, navigator.onLine);
    const typedOnScreen = this.#scan.request.match?.by === "screen";
    return result === "matchWrong" && typedOnScreen ? "matchWrongThere" : result;
  }

  /** The passkey signs last, so that its assertion is sent at once. */
  async #proof(digits: string | undefined): Promise<Proof> {
    const match = digits === undefined ? {} : { match: digits };
    if (!this.#scan.request.step_up) return match;
    const options = await stepUpOptions(this.#scan);
    return { ...match, assertion: await this.#authenticate({ optionsJSON: options }) };
  }

  #failure(decision: Decision, error: unknown): DecisionOutcome {
    const scan = this.#scan;
    // A WebAuthn error: nothing was sent.
    if (!(error instanceof LoginError)) return { notice: errorMessageFor(error) };
    switch (error.code) {
      case "network":
      case "temporarily_unavailable":
        this.#unanswered = decision;
        return { notice: errorMessageFor(error) };
      case "too_many_requests":
        return { notice: PHONE.notices.tooManyRequests };
      case "ceremony_expired":
      case "passkey_invalid":
        return { notice: PHONE.notices.passkeyFailed };
      case "sign_in_required":
        this.#account.forget();
        return { to: "sign-in", scan };
      case "sign_in_again":
        return { to: "sign-in", scan, reason: "again" };
      case "wrong_account":
        return { to: "sign-in", scan, reason: "another" };
      case "match_required":
      case "step_up_required":
      case "risk_blocked":
        // The requirements have changed, for instance because another account signed in: load them again.
        return { to: "claim", scanned: byScanToken(scan) };
      default:
        return finalStep(this.resultOf(error));
    }
  }

  /** The built-in client of this page signs in another phone, every other client a screen. */
  #approvedResult(): Result {
    return this.#scan.client.client_id === PHONE_CLIENT_ID ? "phoneAdded" : "approved";
  }
}

/** Ends the login on this phone. After an approval in the browser that displays the code, the text differs. */
export function finalStep(result: Result): Step {
  const approvedHere = result === "approved" && loadScan()?.sameDevice === true;
  deleteScan();
  return { to: "result", result: approvedHere ? "approvedHere" : result };
}
