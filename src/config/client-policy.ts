import * as v from "valibot";
import { DEFAULT_POLICY, type Policy } from "../login-session/domain/risk/policy.ts";
import { REASON_CODES } from "../protocol/risk.ts";
import { seconds } from "./validators.ts";

const Demand = v.picklist(["off", "on_risk", "always"], 'must be "off", "on_risk" or "always"');

const Reasons = v.pipe(
  v.array(v.picklist(REASON_CODES, "must be a reason that an assessment can have")),
  v.maxLength(REASON_CODES.length, "must not name a reason twice"),
);

/** RFC 9470 §3: a header lists them, separated by spaces. */
const Acr = v.pipe(
  v.string(),
  v.regex(
    /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/,
    "must be 1 to 200 printable ASCII characters without spaces, quotes and backslashes",
  ),
);

/** Kilometres: half of the Earth's circumference. */
const MAX_DISTANCE = 20_038;

/** The requirements for a client's logins: `[vars.CLIENTS.policy]`. All have defaults. */
export const ClientPolicy = v.strictObject({
  matching: v.exactOptional(Demand),
  matching_by: v.exactOptional(v.picklist(["phone", "screen"], 'must be "phone" or "screen"')),
  step_up: v.exactOptional(Demand),
  step_up_max_age: v.exactOptional(seconds(10, 3600)),
  step_up_acr: v.exactOptional(v.pipe(v.array(Acr), v.maxLength(20, "must be at most 20"))),
  verify: v.exactOptional(Reasons),
  block: v.exactOptional(Reasons),
  /** Kilometres. */
  max_distance: v.exactOptional(
    v.pipe(
      v.number(),
      v.minValue(0, "must be kilometres"),
      v.maxValue(MAX_DISTANCE, `must be at most ${MAX_DISTANCE} kilometres`),
    ),
  ),
  networks: v.exactOptional(
    v.pipe(
      v.array(
        v.pipe(
          v.number(),
          v.integer("must be an AS number"),
          v.minValue(1, "must be an AS number"),
          v.maxValue(4_294_967_295, "must be an AS number"),
        ),
      ),
      v.maxLength(200, "must be at most 200 networks"),
    ),
  ),
  repeats: v.exactOptional(v.picklist(["tell", "end"], 'must be "tell" or "end"')),
});

export type ClientPolicy = v.InferOutput<typeof ClientPolicy>;

/** A client's policy with its defaults. */
export function policyOf({ policy }: { policy: ClientPolicy }): Policy {
  const { step_up_max_age: maxAge } = policy;
  return {
    matching: policy.matching ?? DEFAULT_POLICY.matching,
    matchingBy: policy.matching_by ?? DEFAULT_POLICY.matchingBy,
    stepUp: policy.step_up ?? DEFAULT_POLICY.stepUp,
    stepUpMaxAge: maxAge === undefined ? DEFAULT_POLICY.stepUpMaxAge : maxAge * 1000,
    stepUpAcr: policy.step_up_acr ?? DEFAULT_POLICY.stepUpAcr,
    verify: policy.verify ?? DEFAULT_POLICY.verify,
    block: policy.block ?? DEFAULT_POLICY.block,
    maxDistance: policy.max_distance ?? DEFAULT_POLICY.maxDistance,
    networks: policy.networks ?? DEFAULT_POLICY.networks,
    repeats: policy.repeats ?? DEFAULT_POLICY.repeats,
  };
}
