/**
 * What an assessment can find, for and against. Each crosses the wire as it is: the phone says it in
 * words, the history keeps it, the policy names it by its code.
 */
export type Reason =
  /** Both devices have the same IPv4 address, or are in the same IPv6 /64. */
  | { code: "same_network" }
  | { code: "same_city" }
  /** Apart, but not far. */
  | { code: "distance"; km: number }
  | { code: "far_apart"; km: number }
  /** ISO 3166-1 alpha-2. */
  | { code: "another_country"; screen: string; phone: string }
  /** The screen is in a data centre or behind a VPN, and the phone isn't in the same one. */
  | { code: "hosting_network"; network?: string }
  /** The screen hides where it is, by Tor or otherwise. */
  | { code: "anonymous_network" }
  /** Only one of the two tells its place, so nothing can be said of how far apart they are. */
  | { code: "place_hidden" }
  /** Neither does: off the edge, as on a developer's machine. */
  | { code: "place_unknown" }
  /** Nothing like this screen has logged in through the account, and others have. */
  | { code: "new_device" }
  /** The account has no history to compare with. */
  | { code: "first_login" }
  /** Wrong codes were tried on the session. */
  | { code: "many_tries"; count: number }
  /** The code was scanned again, or when it was shown no more. */
  | { code: "code_repeated"; count: number }
  /** The screen is in none of the networks that the client allows. */
  | { code: "foreign_network" };

/** Every code there is; what a policy may name. */
export const REASON_CODES = [
  "same_network",
  "same_city",
  "distance",
  "far_apart",
  "another_country",
  "hosting_network",
  "anonymous_network",
  "place_hidden",
  "place_unknown",
  "new_device",
  "first_login",
  "many_tries",
  "code_repeated",
  "foreign_network",
] as const satisfies readonly Reason["code"][];
