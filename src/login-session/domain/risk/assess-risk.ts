import { defined } from "../../../lib/defined.ts";
import { HOSTING_ASNS } from "./hosting-asns.ts";
import { sameNetwork } from "./network.ts";
import { coordinatesOf, countryOf, isAnonymous, kilometresBetween, sameCity } from "./location.ts";
import type { Policy } from "./policy.ts";
import type { Reason } from "./reasons.ts";
import type { DeviceInfo } from "../session.ts";

/**
 * How likely it is that the screen is somebody else's (RFC 10027 §2: a risk assessment is a MUST,
 * proximity a SHOULD): a function of what the server saw of the two devices, of the account's history
 * and of the client's policy. It never says how much, only what: reasons, which the phone's owner reads,
 * and by the policy's lists a verdict.
 */
export interface Assessment {
  verdict: Verdict;
  reasons: readonly Reason[];
}

/** Let it pass, ask for more, or refuse. */
export type Verdict = "allow" | "verify" | "block";

export interface RiskContext {
  screen: DeviceInfo;
  phone: DeviceInfo;
  account: LoginHistory;
  tries: AttemptCounters;
  policy: Policy;
}

/** What an account's history says of screens. */
export interface LoginHistory {
  /** Those that have logged in through it. */
  known: readonly DeviceFingerprint[];
  /** How many logins it remembers. */
  logins: number;
}

/** What makes a screen look like one that was seen before. */
export type DeviceFingerprint = Pick<DeviceInfo, "browser" | "system" | "country">;

/** What was tried on the session. */
export interface AttemptCounters {
  /** Codes that didn't count: never this session's, too late, or after another. */
  wrongCodes: number;
  /** Those among them that were its own. */
  repeats: number;
}

/** Codes in vain that are many: a slow hand makes one, and a curious neighbour another. */
const MANY_TRIES = 3;

export function assessRisk({ screen, phone, account, tries, policy }: RiskContext): Assessment {
  const reasons = [
    ...ofPlaces(screen, phone, policy),
    ...ofNetworks(screen, phone, policy),
    ...ofHistory(screen, account),
    ...ofTries(tries),
  ];
  return { verdict: verdictOf(reasons, policy), reasons };
}

/** The same assessment after more was tried on the session. */
export function withAttempts(
  { reasons }: Assessment,
  tries: AttemptCounters,
  policy: Policy,
): Assessment {
  const others = reasons.filter(({ code }) => code !== "many_tries" && code !== "code_repeated");
  const all = [...others, ...ofTries(tries)];
  return { verdict: verdictOf(all, policy), reasons: all };
}

/** What the policy makes of the reasons. Blocking wins; another reason never makes it milder. */
export function verdictOf(reasons: readonly Reason[], policy: Policy): Verdict {
  const has = (codes: readonly Reason["code"][]) =>
    reasons.some(({ code }) => codes.includes(code));
  // RFC 10027 §6.1.8: who names the trusted networks means no others.
  if (has(["foreign_network"]) || has(policy.block)) return "block";
  return has(policy.verify) ? "verify" : "allow";
}

/** RFC 10027 §6.1.1. One of these always says something of how far apart the two are, if only that nobody knows. */
function ofPlaces(screen: DeviceInfo, phone: DeviceInfo, { maxDistance }: Policy): Reason[] {
  const reasons: Reason[] = [];
  const [there, here] = [countryOf(screen), countryOf(phone)];
  if (there !== undefined && here !== undefined && there !== here) {
    reasons.push({ code: "another_country", screen: there, phone: here });
  }
  const [from, to] = [coordinatesOf(screen), coordinatesOf(phone)];
  if (from && to) {
    const km = kilometresBetween(from, to);
    if (km > maxDistance) return [...reasons, { code: "far_apart", km }];
    return [...reasons, sameCity(screen, phone) ? { code: "same_city" } : { code: "distance", km }];
  }
  if (sameCity(screen, phone)) return [...reasons, { code: "same_city" }];
  const oneTells = Boolean(from) !== Boolean(to) || (there === undefined) !== (here === undefined);
  if (oneTells) return [...reasons, { code: "place_hidden" }];
  return reasons.length > 0 ? reasons : [{ code: "place_unknown" }];
}

function ofNetworks(screen: DeviceInfo, phone: DeviceInfo, { networks }: Policy): Reason[] {
  const reasons: Reason[] = [];
  if (sameNetwork(screen.ip, phone.ip)) reasons.push({ code: "same_network" });
  const { asn, network } = screen;
  if (asn !== undefined && HOSTING_ASNS.has(asn) && asn !== phone.asn) {
    reasons.push({ code: "hosting_network", ...defined({ network }) });
  }
  if (isAnonymous(screen)) reasons.push({ code: "anonymous_network" });
  if (networks.length > 0 && (asn === undefined || !networks.includes(asn))) {
    reasons.push({ code: "foreign_network" });
  }
  return reasons;
}

function ofHistory(screen: DeviceInfo, { known, logins }: LoginHistory): Reason[] {
  if (logins === 0 && known.length === 0) return [{ code: "first_login" }];
  return known.some((mark) => looksLike(mark, screen)) ? [] : [{ code: "new_device" }];
}

function ofTries({ wrongCodes, repeats }: AttemptCounters): Reason[] {
  const reasons: Reason[] = [];
  if (wrongCodes >= MANY_TRIES) reasons.push({ code: "many_tries", count: wrongCodes });
  if (repeats > 0) reasons.push({ code: "code_repeated", count: repeats });
  return reasons;
}

/** A browser is the same one after its next update. */
function looksLike(a: DeviceFingerprint, b: DeviceFingerprint): boolean {
  return (
    withoutVersion(a.browser) === withoutVersion(b.browser) &&
    withoutVersion(a.system) === withoutVersion(b.system) &&
    a.country === b.country
  );
}

function withoutVersion(name: string | undefined): string | undefined {
  return name?.replace(/ [\d.]+$/, "");
}
