import type { ViewHost } from "../ui/view-host.ts";
import type { Account } from "./sign-in/account.ts";
import type { ApprovalRequest } from "../../protocol/approval-request.ts";
import type { ScanResponse } from "../../protocol/responses.ts";
import type { Scanned } from "./sessions.ts";
import type { Result } from "./result.ts";
import type { AccountPage } from "./account/account-page.ts";

/** The scan response to a phone that is signed in. */
export type AnsweredScan = ScanResponse & { request: ApprovalRequest };

/** Why another sign-in is needed: a more recent one, or one with another account. */
export type SignInReason = "again" | "another";

/** What the user continues with after the sign-in. */
export interface SignInIntent {
  scan?: ScanResponse | undefined;
  page?: AccountPage | undefined;
}

/** How the user signed in without a passkey on this phone. */
export type JoinMethod = "recovered" | "linked";

/** The next step of the phone page. Each step renders a view and resolves with the next one. */
export type Step =
  | { to: "home" }
  /** `reason`: what the client requires of the approver. */
  | ({ to: "sign-in"; reason?: SignInReason } & SignInIntent)
  | ({ to: "create" } & SignInIntent)
  | ({ to: "recover" } & SignInIntent)
  /** This phone displays a code, which another phone of the user scans. */
  | ({ to: "new-phone" } & SignInIntent)
  | ({ to: "new-passkey"; joinedBy: JoinMethod } & SignInIntent)
  | { to: "camera" }
  /** `userCode`: the code of the link that was opened. */
  | { to: "typing"; userCode?: string }
  /** Another site opened the link, so the user confirms that they scanned it. */
  | { to: "confirm-link"; scanned: Extract<Scanned, { by: "link" }> }
  | { to: "claim"; scanned: Scanned }
  | { to: "request"; scan: AnsweredScan }
  /** `message`: what was just done there. */
  | { to: "account-page"; page: AccountPage; message?: string }
  | { to: "add-phone" }
  | { to: "delete-account" }
  /** This browser itself displays the code. */
  | { to: "same-device"; sessionId: string }
  /** `retry`: the step that may succeed if it is tried again. */
  | { to: "result"; result: Result; retry?: Step };

/** What every step works with. */
export interface StepContext {
  views: ViewHost;
  account: Account;
}
