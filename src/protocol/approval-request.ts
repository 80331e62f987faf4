import * as v from "valibot";
import { Consent } from "./consent.ts";
import { Place } from "./place.ts";
import { Reason, Verdict } from "./risk.ts";

const text = v.exactOptional(v.string());

/** Number matching, which shows that the two devices are in one place (RFC 10027 §6.1.16). */
const Matching = v.variant("by", [
  /** The phone's owner types the digits that the screen shows. */
  v.object({ by: v.literal("phone") }),
  /** The screen's owner types the code that the phone shows. */
  v.object({ by: v.literal("screen"), code: v.string(), done: v.boolean() }),
]);

/** A page that was loaded before a reason was added shows it as an unknown one. */
const ShownReason = v.fallback(v.union([Reason, v.object({ code: v.literal("unheard_of") })]), {
  code: "unheard_of",
});

export type ShownReason = v.InferOutput<typeof ShownReason>;

export const ShownRisk = v.object({
  verdict: Verdict,
  reasons: v.pipe(v.array(ShownReason), v.readonly()),
});

export type ShownRisk = v.InferOutput<typeof ShownRisk>;

/** What the phone's owner sees before the decision: the screen, the risk, and what an approval grants. */
export const ApprovalRequest = v.object({
  browser: text,
  system: text,
  ip: text,
  /** Number and name of the network that the address belongs to. */
  asn: v.exactOptional(v.number()),
  network: text,
  city: text,
  region: text,
  /** ISO 3166-1 alpha-2. */
  country: text,
  latitude: v.exactOptional(v.number()),
  longitude: v.exactOptional(v.number()),
  /** When the login was started on the screen. ISO 8601, UTC. */
  requested_at: v.string(),
  /** Present if a device without a browser asks. An attacker may have sent its code to the owner (RFC 8628 §5.4). */
  grant: v.exactOptional(v.literal("device_code")),
  /** Separated by spaces. */
  scope: v.string(),
  consent: Consent,
  risk: ShownRisk,
  /** Where the phone itself is. */
  phone: Place,
  match: v.exactOptional(Matching),
  /** Present if the approver must authenticate again. */
  step_up: v.exactOptional(v.literal(true)),
  /** How often the code was scanned again. */
  repeats: v.number(),
});

export type ApprovalRequest = v.InferOutput<typeof ApprovalRequest>;
