import * as v from "valibot";
import { ApprovalRequest } from "./approval-request.ts";
import { ClientName } from "./client-name.ts";
import { Token256 } from "./random-token.ts";

/** The bodies of the session API's responses. */

/** 201 of `POST /sessions`. */
export const CreatedSession = v.object({
  session_id: Token256,
  watch_token: Token256,
  status: v.literal("pending"),
  version: v.literal(1),
  expires_at: v.pipe(v.string(), v.isoTimestamp()),
  /** Seconds from now: correct even if the clocks differ. */
  expires_in: v.number(),
  qr: v.object({
    /** How the link in the QR code begins. */
    prefix: v.string(),
    /** Key of the rotating code, base64url of 32 bytes. */
    key: Token256,
    /** Seconds that one code is shown. */
    period: v.number(),
  }),
  /** The code for people who can't scan, if the request asked for one. */
  user_code: v.exactOptional(v.string()),
});

export type CreatedSession = v.InferOutput<typeof CreatedSession>;

/** 200 of `POST /sessions/:id/user-code`. */
export const UserCodeResponse = v.object({ user_code: v.string() });

export type UserCodeResponse = v.InferOutput<typeof UserCodeResponse>;

/** 200 of a scan. */
export const ScanResponse = v.object({
  session_id: Token256,
  scan_token: Token256,
  client: ClientName,
  /** ISO 8601, UTC. */
  expires_at: v.string(),
  /** Only for a phone that is signed in. */
  request: v.exactOptional(ApprovalRequest),
});

export type ScanResponse = v.InferOutput<typeof ScanResponse>;

/** 200 of an approval or a denial. */
export const DecisionResponse = v.object({ status: v.picklist(["approved", "denied"]) });

export type DecisionResponse = v.InferOutput<typeof DecisionResponse>;
