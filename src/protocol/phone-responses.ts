import * as v from "valibot";
import { ApprovalRequest } from "./approval-request.ts";
import { Token256 } from "./random-token.ts";

/** The bodies of the session API's responses to the phone. */

/** 200 of a scan. */
export const ScanResponse = v.object({
  session_id: Token256,
  scan_token: Token256,
  client: v.object({ client_id: v.string(), name: v.string() }),
  /** ISO 8601, UTC. */
  expires_at: v.string(),
  /** Only for a phone that is signed in. */
  request: v.exactOptional(ApprovalRequest),
});

export type ScanResponse = v.InferOutput<typeof ScanResponse>;

/** 200 of an approval or a denial. */
export const DecisionResponse = v.object({ status: v.picklist(["approved", "denied"]) });

export type DecisionResponse = v.InferOutput<typeof DecisionResponse>;
