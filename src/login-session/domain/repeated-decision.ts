import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import type { Command } from "./commands.ts";
import type { Session } from "./session.ts";

/**
 * Whether a refused command repeats one that succeeded: its response was lost, and the sender retries. The
 * retry succeeds too, and changes nothing. It must come from the same phone, by its scan token, and from the
 * same account. A screen has presented its watch token before.
 */
export function isRepeatedDecision(session: Session, command: Command): boolean {
  switch (command.type) {
    case "approve":
      return (
        session.status === "approved" &&
        timingSafeEqual(session.claim.scanTokenHash, command.scanTokenHash) &&
        session.approval.account.sub === command.approver.account.sub
      );
    case "deny":
      return (
        session.status === "denied" &&
        // A login that was denied automatically was not denied by this phone.
        session.because === undefined &&
        session.scanTokenHash !== undefined &&
        timingSafeEqual(session.scanTokenHash, command.scanTokenHash)
      );
    case "match": {
      if (session.status !== "approved") return false;
      const match = session.claim.assessed?.match;
      return match?.by === "screen" && match.done && timingSafeEqual(match.code, command.code);
    }
    case "cancel":
      return session.status === "cancelled";
    default:
      return false;
  }
}
