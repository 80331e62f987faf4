import * as v from "valibot";
import type { ApprovalRequestView } from "../login-session/domain/view.ts";
import { Token256 } from "./random-token.ts";

/** The bodies of the session API's answers. */

/** 201 of `POST /sessions`. */
export const CreatedSession = v.object({
  session_id: Token256,
  watch_token: Token256,
  status: v.literal("pending"),
  version: v.literal(1),
  expires_at: v.pipe(v.string(), v.isoTimestamp()),
  /** Seconds from now; right also where the clocks disagree. */
  expires_in: v.number(),
  qr: v.object({
    /** What the code's link begins with. */
    prefix: v.string(),
    /** Key of the rotating code, base64url of 32 bytes. */
    key: Token256,
    /** Seconds that a code is shown. */
    period: v.number(),
  }),
  /** What people type who can't scan; nothing where it wasn't asked for. */
  user_code: v.exactOptional(v.string()),
});

export type CreatedSession = v.InferOutput<typeof CreatedSession>;

/** 200 of `POST /sessions/:id/user-code`. */
export const UserCodeResponse = v.object({ user_code: v.string() });

export type UserCodeResponse = v.InferOutput<typeof UserCodeResponse>;

/** 200 of a scan. */
export interface ScanResponse {
  session_id: string;
  scan_token: string;
  client: { client_id: string; name: string };
  /** ISO 8601, UTC. */
  expires_at: string;
  /** Who asks, from where, with what: only for a phone that is signed in. */
  request?: ApprovalRequestView;
}

/** 200 of an approval or a denial. */
export interface DecisionResponse {
  status: "approved" | "denied";
}
