import * as v from "valibot";
import { FormPost } from "./authorization-response.ts";

/** An approved session is still open: its code can be redeemed. */
const OPEN_STATUSES = ["pending", "scanned", "approved"] as const;

/** Statuses that no other status follows. */
export const TerminalStatus = v.picklist(["redeemed", "denied", "cancelled", "expired"]);

export type TerminalStatus = v.InferOutput<typeof TerminalStatus>;

export const Status = v.picklist([...OPEN_STATUSES, ...TerminalStatus.options]);

export type Status = v.InferOutput<typeof Status>;

/** Whether the session has ended. A new status must be put into one of the two lists, or it does not compile. */
export function isTerminal<Session extends { status: Status }>(
  session: Session,
): session is Session & { status: TerminalStatus } {
  return TerminalStatus.options.some((status) => status === session.status);
}

/**
 * Everything that the screen may know of its login session now. All transports carry the same snapshot,
 * so a watcher that missed some needs only the newest one.
 */
export const Snapshot = v.object({
  session_id: v.string(),
  /** Grows with every change of the snapshot. */
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  status: Status,
  /** UTC. */
  expires_at: v.pipe(v.string(), v.isoTimestamp()),
  /**
   * Number matching, while the session is scanned: the digits that are to be typed on the phone, or that
   * the code which the phone shows is to be typed here.
   */
  match: v.exactOptional(
    v.union([
      v.object({ by: v.literal("phone"), digits: v.pipe(v.string(), v.regex(/^\d{2}$/)) }),
      v.object({ by: v.literal("screen"), done: v.boolean() }),
    ]),
  ),
  /** The authorization code, while the session is approved. A device has had its code from the beginning. */
  code: v.exactOptional(v.string()),
  /** Where the browser goes with the code, if the client uses redirects. */
  redirect_to: v.exactOptional(v.string()),
  /** The form that the browser posts instead, if the client asked for a form post. */
  form_post: v.exactOptional(FormPost),
});

export type Snapshot = v.InferOutput<typeof Snapshot>;

/** Reads a snapshot. Throws if it is none. */
export function parseSnapshot(json: string): Snapshot {
  return v.parse(Snapshot, JSON.parse(json));
}
