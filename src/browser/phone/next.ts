import type { Stage } from "../stage.ts";
import type { Account } from "./account.ts";
import type { Request, Scan, Scanned } from "./api.ts";
import type { End } from "./ends.ts";

/** A scan of a phone that is signed in. */
export type AnsweredScan = Scan & { request: Request };

/** What comes next on the phone. Each step shows something, waits, and says where to go from there. */
export type Next =
  | { to: "home" }
  | { to: "sign-in"; scan?: Scan }
  | { to: "create"; scan?: Scan }
  | { to: "camera" }
  | { to: "typing" }
  | { to: "claim"; scanned: Scanned }
  | { to: "request"; scan: AnsweredScan }
  /** `retry`: what was tried, where it may work another time. */
  | { to: "end"; end: End; retry?: Next };

/** What every step works with. */
export interface Phone {
  stage: Stage;
  account: Account;
}
