import type { Stage } from "../stage.ts";
import type { Account } from "./account.ts";
import type { Request, Scan, Scanned } from "./sessions.ts";
import type { End } from "./ends.ts";
import type { Place } from "./places/place.ts";

/** A scan of a phone that is signed in. */
export type AnsweredScan = Scan & { request: Request };

/** A sign-in that is newer, or of another account. */
export type Wanted = "again" | "another";

/** What somebody came for, and goes on with once they are signed in: a scan, a place, or neither. */
export interface Errand {
  scan?: Scan | undefined;
  place?: Place | undefined;
}

/** How somebody came in who has no passkey on this phone. */
export type CameIn = "recovered" | "linked";

/** What comes next on the phone. Each step shows something, waits, and says where to go from there. */
export type Next =
  | { to: "home" }
  /** `wanted`: what the client asks of whoever approves. */
  | ({ to: "sign-in"; wanted?: Wanted } & Errand)
  | ({ to: "create" } & Errand)
  | ({ to: "recover" } & Errand)
  /** This phone shows a code, for one that is signed in to scan. */
  | ({ to: "new-phone" } & Errand)
  | ({ to: "new-passkey"; cameIn: CameIn } & Errand)
  | { to: "camera" }
  /** `userCode`: the code that a link has brought. */
  | { to: "typing"; userCode?: string }
  /** Another site opened a link: whether it was scanned. */
  | { to: "confirm-link"; scanned: Extract<Scanned, { by: "link" }> }
  | { to: "claim"; scanned: Scanned }
  | { to: "request"; scan: AnsweredScan }
  /** `said`: what has just been done there. */
  | { to: "place"; place: Place; said?: string }
  | { to: "add-phone" }
  | { to: "delete-account" }
  /** The code is one that this very browser shows. */
  | { to: "same-device"; sessionId: string }
  /** `retry`: what was tried, where it may work another time. */
  | { to: "end"; end: End; retry?: Next };

/** What every step works with. */
export interface Phone {
  stage: Stage;
  account: Account;
}
