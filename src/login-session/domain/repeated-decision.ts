import type { Command } from "./commands.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import type { Session } from "./session.ts";

/**
 * Whether a command asks for what it has done before: its answer was lost on the way, and whoever sent it
 * sends it again. That is answered as the first time, and changes nothing. It must be the same phone, by
 * its scan token, and the same account; a screen has shown its watch token before.
 */
export function isRepeatedDecision(session: Session, command: Command): boolean {
  switch (command.type) {
    case "approve":
      return (
        session.status === "approved" &&
        timingSafeEqual(session.claim.scanTokenHash, command.scanTokenHash) &&
        session.approval.account.sub === command.account.sub
      );
    case "deny":
      return (
        session.status === "denied" &&
        // What ended the login without a decision was no decision of this phone either.
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
