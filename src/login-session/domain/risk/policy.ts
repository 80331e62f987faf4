import type { ReasonCode } from "../../../protocol/risk.ts";

/** When something is required: never, if the verdict is "verify", or always. */
export type Demand = "off" | "on_risk" | "always";

/** What a client requires of its logins, beyond what every login requires. */
export interface Policy {
  /** Number matching: what one device shows is typed on the other (RFC 10027 §6.1.16). */
  matching: Demand;
  /** On which device it is typed. */
  matchingBy: "phone" | "screen";
  /** Whether the approver must authenticate again. */
  stepUp: Demand;
  /** How old a sign-in with a trusted issuer may be to satisfy step-up, in milliseconds. */
  stepUpMaxAge: number;
  /** Authentication contexts (`acr`) that satisfy step-up at any age. */
  stepUpAcr: readonly string[];
  /** Reasons that lead to the verdict "verify". */
  verify: readonly ReasonCode[];
  /** Reasons that lead to the verdict "block". */
  block: readonly ReasonCode[];
  /** The distance in kilometres beyond which the devices are far apart. */
  maxDistance: number;
  /** AS numbers of the only networks whose screens may log in (RFC 10027 §6.1.8). Empty: all networks. */
  networks: readonly number[];
  /** Whether a repeated scan is shown to the phone, or ends the session (RFC 10027 §6.1.4). */
  repeats: "tell" | "end";
}

/** Reasons that can't apply to one device: a distance, or different networks that hide the location. */
const CROSS_DEVICE_REASONS: readonly ReasonCode[] = [
  "another_country",
  "far_apart",
  "hosting_network",
  "anonymous_network",
  "place_hidden",
];

/**
 * The policy for a browser that claims to be the screen (RFC 10027 §5), and therefore needs no number
 * matching. It proves the claim by a cookie, which a sibling host could have planted (RFC 6265 §8.6). So
 * the login is blocked if the two don't look like one device.
 */
export function sameDevicePolicy(policy: Policy): Policy {
  return { ...policy, block: [...policy.block, ...CROSS_DEVICE_REASONS] };
}

/** For a client without a policy. */
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
