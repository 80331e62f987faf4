import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const km = v.pipe(v.number(), v.minValue(0));

/**
 * What a risk assessment can find, for and against a login. The phone shows it in words, the history
 * stores it, and a client's policy names it by its code.
 */
export const Reason = v.variant("code", [
  /** Both devices have the same IPv4 address, or are in the same IPv6 /64. */
  v.object({ code: v.literal("same_network") }),
  v.object({ code: v.literal("same_city") }),
  /** The devices are in different cities, but within the policy's distance. */
  v.object({ code: v.literal("distance"), km }),
  v.object({ code: v.literal("far_apart"), km }),
  /** ISO 3166-1 alpha-2. */
  v.object({ code: v.literal("another_country"), screen: v.string(), phone: v.string() }),
  /** The screen is in a data centre or behind a VPN, and the phone isn't in the same one. */
  v.object({ code: v.literal("hosting_network"), network: v.exactOptional(v.string()) }),
  /** The screen hides its location, by Tor or otherwise. */
  v.object({ code: v.literal("anonymous_network") }),
  /** The location of only one device is known, so the distance is not. */
  v.object({ code: v.literal("place_hidden") }),
  /** Neither location is known, as on a developer's machine. */
  v.object({ code: v.literal("place_unknown") }),
  /** Other devices have logged in through the account, but none like this screen. */
  v.object({ code: v.literal("new_device") }),
  /** The account has no history to compare with. */
  v.object({ code: v.literal("first_login") }),
  /** Wrong codes were tried on the session. */
  v.object({ code: v.literal("many_tries"), count }),
  /** The code was scanned again, or after it was replaced. */
  v.object({ code: v.literal("code_repeated"), count }),
  /** The screen is in none of the networks that the client allows. */
  v.object({ code: v.literal("foreign_network") }),
]);

export type Reason = v.InferOutput<typeof Reason>;

export type ReasonCode = Reason["code"];

/** Every code that a policy can name. */
export const REASON_CODES = /* @__PURE__ */ Reason.options.map(
  ({ entries }) => entries.code.literal,
);

/** Allow the login, ask for more proof, or refuse it. */
export const Verdict = v.picklist(["allow", "verify", "block"]);

export type Verdict = v.InferOutput<typeof Verdict>;

/** How likely it is that the screen belongs to somebody else: reasons, and the verdict that the policy gives them. */
export const RiskAssessment = v.object({
  verdict: Verdict,
  reasons: v.pipe(v.array(Reason), v.readonly()),
});

export type RiskAssessment = v.InferOutput<typeof RiskAssessment>;
