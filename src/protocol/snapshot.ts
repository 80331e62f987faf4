import * as v from "valibot";
import type { ScreenSnapshot } from "../login-session/domain/view.ts";

/**
 * A snapshot: everything the screen may know of its login session now. All transports carry the
 * same one, so a watcher that missed any number of them has missed nothing once it has the newest.
 */
export type Snapshot = ScreenSnapshot;

export type Status = Snapshot["status"];

export const Snapshot = v.object({
  session_id: v.string(),
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  status: v.picklist([
    "pending",
    "scanned",
    "approved",
    "redeemed",
    "denied",
    "cancelled",
    "expired",
  ]),
  expires_at: v.pipe(v.string(), v.isoTimestamp()),
  match: v.exactOptional(
    v.union([
      v.object({ by: v.literal("phone"), digits: v.pipe(v.string(), v.regex(/^\d{2}$/)) }),
      v.object({ by: v.literal("screen"), done: v.boolean() }),
    ]),
  ),
  code: v.exactOptional(v.string()),
  redirect_to: v.exactOptional(v.string()),
  form_post: v.exactOptional(
    v.object({ action: v.string(), parameters: v.record(v.string(), v.string()) }),
  ),
});

/** Reads a snapshot as it came over the wire. Throws when it isn't one. */
export function parseSnapshot(json: string): Snapshot {
  return v.parse(Snapshot, JSON.parse(json));
}

const TERMINAL: readonly Status[] = ["redeemed", "denied", "cancelled", "expired"];

/** Whether nothing can follow. An approved session still waits for its code to be redeemed. */
export function isTerminal(snapshot: { status: Status }): boolean {
  return TERMINAL.includes(snapshot.status);
}
