import type { ViewHost } from "../ui/view-host.ts";
import type { Account } from "./sign-in/account.ts";
import type { Request, Scan, Scanned } from "./sessions.ts";
import type { Result } from "./result.ts";
import type { AccountPage } from "./account/account-page.ts";

/** A scan of a phone that is signed in. */
export type AnsweredScan = Scan & { request: Request };

/** A sign-in that is newer, or of another account. */
export type SignInReason = "again" | "another";

/** What somebody came for, and goes on with once they are signed in: a scan, a place, or neither. */
export interface SignInIntent {
  scan?: Scan | undefined;
  page?: AccountPage | undefined;
}

/** How somebody came in who has no passkey on this phone. */
export type JoinMethod = "recovered" | "linked";

/** What comes next on the phone. Each step shows something, waits, and says where to go from there. */
export type Step =
  | { to: "home" }
  /** `wanted`: what the client asks of whoever approves. */
  | ({ to: "sign-in"; reason?: SignInReason } & SignInIntent)
  | ({ to: "create" } & SignInIntent)
  | ({ to: "recover" } & SignInIntent)
  /** This phone shows a code, for one that is signed in to scan. */
  | ({ to: "new-phone" } & SignInIntent)
  | ({ to: "new-passkey"; joinedBy: JoinMethod } & SignInIntent)
  | { to: "camera" }
  /** `userCode`: the code that a link has brought. */
  | { to: "typing"; userCode?: string }
  /** Another site opened a link: whether it was scanned. */
  | { to: "confirm-link"; scanned: Extract<Scanned, { by: "link" }> }
  | { to: "claim"; scanned: Scanned }
  | { to: "request"; scan: AnsweredScan }
  /** `said`: what has just been done there. */
  | { to: "account-page"; page: AccountPage; message?: string }
  | { to: "add-phone" }
  | { to: "delete-account" }
  /** The code is one that this very browser shows. */
  | { to: "same-device"; sessionId: string }
  /** `retry`: what was tried, where it may work another time. */
  | { to: "result"; result: Result; retry?: Step };

/** What every step works with. */
export interface StepContext {
  views: ViewHost;
  account: Account;
}
