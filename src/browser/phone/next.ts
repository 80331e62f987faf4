import type { Stage } from "../stage.ts";
import type { Account } from "./account.ts";
import type { Request, Scan, Scanned } from "./sessions.ts";
import type { End } from "./ends.ts";

/** A scan of a phone that is signed in. */
export type AnsweredScan = Scan & { request: Request };

/** A sign-in that is newer, or of another account. */
export type Wanted = "again" | "another";

/** What comes next on the phone. Each step shows something, waits, and says where to go from there. */
export type Next =
  | { to: "home" }
  /** `wanted`: what the client asks of whoever approves. */
  | { to: "sign-in"; scan?: Scan; wanted?: Wanted }
  | { to: "create"; scan?: Scan }
  | { to: "camera" }
  /** `userCode`: the code that a link has brought. */
  | { to: "typing"; userCode?: string }
  | { to: "claim"; scanned: Scanned }
  | { to: "request"; scan: AnsweredScan }
  /** The code is one that this very browser shows. */
  | { to: "same-device"; sessionId: string }
  /** `retry`: what was tried, where it may work another time. */
  | { to: "end"; end: End; retry?: Next };

/** What every step works with. */
export interface Phone {
  stage: Stage;
  account: Account;
}
