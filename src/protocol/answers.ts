import * as v from "valibot";
import type { PhoneView } from "../login/view.ts";
import { Token43 } from "./token43.ts";

/** The bodies of the session API's answers. */

/** 201 of `POST /sessions`. */
export const CreatedSession = v.object({
  session_id: Token43,
  watch_token: Token43,
  status: v.literal("pending"),
  version: v.literal(1),
  expires_at: v.pipe(v.string(), v.isoTimestamp()),
  /** Seconds from now; right also where the clocks disagree. */
  expires_in: v.number(),
  qr: v.object({
    /** What the code's link begins with. */
    prefix: v.string(),
    /** Key of the rotating code, base64url of 32 bytes. */
    key: Token43,
    /** Seconds that a code is shown. */
    period: v.number(),
  }),
  /** What people type who can't scan; nothing where it wasn't asked for. */
  user_code: v.exactOptional(v.string()),
});

export type CreatedSession = v.InferOutput<typeof CreatedSession>;

/** 200 of `POST /sessions/:id/user-code`. */
export const UserCodeAnswer = v.object({ user_code: v.string() });

export type UserCodeAnswer = v.InferOutput<typeof UserCodeAnswer>;

/** 200 of a scan. */
export interface ScanAnswer {
  session_id: string;
  scan_token: string;
  client: { client_id: string; name: string };
  /** ISO 8601, UTC. */
  expires_at: string;
  /** Who asks, from where, with what: only for a phone that is signed in. */
  request?: PhoneView;
}

/** 200 of an approval or a denial. */
export interface DecisionAnswer {
  status: "approved" | "denied";
}

/** 200 of `GET /account/logins`: the one that was used last comes first. */
export interface LoginsAnswer {
  logins: {
    /** The login's name, as `sid` in its tokens. */
    sid: string;
    client: { client_id: string; name: string };
    /** ISO 8601, UTC. */
    began_at: string;
    last_used_at: string;
  }[];
}
