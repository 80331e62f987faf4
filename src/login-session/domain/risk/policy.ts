import type { Reason } from "./reasons.ts";

/** When something is asked of the two devices: never, where the risk is, or every time. */
export type Demand = "off" | "on_risk" | "always";

/** What a client asks of its logins, beyond what every login must have. */
export interface Policy {
  /** Whether what one device shows must be typed on the other (RFC 10027 §6.1.16). */
  matching: Demand;
  /** Which of the two has the keys. */
  matchingBy: "phone" | "screen";
  /** Whether the approver must prove who they are once more. */
  stepUp: Demand;
  /** How old a sign-in with a trusted issuer may be to count as that, in milliseconds. */
  stepUpMaxAge: number;
  /** Or by which of its authentication contexts (`acr`) it counts at any age. */
  stepUpAcr: readonly string[];
  /** Reasons for asking more, where the demand is "on_risk". */
  verify: readonly ReasonCode[];
  /** Reasons for refusing. */
  block: readonly ReasonCode[];
  /** Kilometres that are not far. */
  maxDistance: number;
  /** The only networks, by their AS numbers, whose screens may log in (RFC 10027 §6.1.8); none for all. */
  networks: readonly number[];
  /** What becomes of a session whose code is scanned again (RFC 10027 §6.1.4). */
  repeats: "tell" | "end";
}

export type ReasonCode = Reason["code"];

/** What only two devices can be: apart, or on different networks of the kind that hide one. */
const CROSS_DEVICE_REASONS: readonly ReasonCode[] = [
  "another_country",
  "far_apart",
  "hosting_network",
  "anonymous_network",
  "place_hidden",
];

/**
 * The policy for a browser that says it is the screen itself (RFC 10027 §5). It says so by a cookie, which a
 * sibling host could have planted (RFC 6265 §8.6), and is spared the matching for it: so where the two
 * don't look like one device, it isn't believed.
 */
export function sameDevicePolicy(policy: Policy): Policy {
  return { ...policy, block: [...policy.block, ...CROSS_DEVICE_REASONS] };
}

/** What holds for a client that says nothing. */
export const DEFAULT_POLICY: Policy = {
  matching: "on_risk",
  matchingBy: "phone",
  stepUp: "on_risk",
  stepUpMaxAge: 120_000,
  stepUpAcr: [],
  verify: [
    "another_country",
    "far_apart",
    "hosting_network",
    "anonymous_network",
    "place_hidden",
    "many_tries",
  ],
  block: [],
  maxDistance: 500,
  networks: [],
  repeats: "tell",
};
