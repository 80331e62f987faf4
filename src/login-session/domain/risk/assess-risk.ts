import { defined } from "../../../lib/defined.ts";
import type { Reason, ReasonCode, RiskAssessment, Verdict } from "../../../protocol/risk.ts";
import type { DeviceInfo } from "../device-info.ts";
import { HOSTING_ASNS } from "./hosting-asns.ts";
import { coordinatesOf, countryOf, isAnonymous, kilometresBetween, sameCity } from "./location.ts";
import { sameNetwork } from "./network.ts";
import type { Policy } from "./policy.ts";

/**
 * How likely it is that the screen belongs to somebody else (RFC 10027 §2: a risk assessment is a MUST,
 * proximity a SHOULD). It is a function of what the server saw of the two devices, the account's history
 * and the client's policy. It gives no score, only reasons, which the phone's owner reads, and the
 * verdict that the policy draws from them.
 */
export interface RiskContext {
  screen: DeviceInfo;
  phone: DeviceInfo;
  history: LoginHistory;
  attempts: AttemptCounters;
  policy: Policy;
}

/** The account's earlier logins. */
export interface LoginHistory {
  /** The devices that logged in. */
  known: readonly DeviceFingerprint[];
  /** How many logins are recorded. */
  logins: number;
}

/** By what a device is recognised. */
export type DeviceFingerprint = Pick<DeviceInfo, "browser" | "system" | "country">;

/** What was tried on the session. */
export interface AttemptCounters {
  /** Codes that were refused: not this session's, too late, or after another scan. */
  wrongCodes: number;
  /** Those among them that were this session's. */
  repeats: number;
}

/** Wrong codes that count as many: a slow hand causes one, and a curious neighbour another. */
const MANY_TRIES = 3;

export function assessRisk({
  screen,
  phone,
  history,
  attempts,
  policy,
}: RiskContext): RiskAssessment {
  const reasons = [
    ...locationReasons(screen, phone, policy),
    ...networkReasons(screen, phone, policy),
    ...historyReasons(screen, history),
    ...attemptReasons(attempts),
  ];
  return { verdict: verdictOf(reasons, policy), reasons };
}

/** The same assessment after more attempts on the session. */
export function withAttempts(
  { reasons }: RiskAssessment,
  attempts: AttemptCounters,
  policy: Policy,
): RiskAssessment {
  const others = reasons.filter(({ code }) => code !== "many_tries" && code !== "code_repeated");
  const all = [...others, ...attemptReasons(attempts)];
  return { verdict: verdictOf(all, policy), reasons: all };
}

/** Blocking wins. An additional reason never makes the verdict milder. */
export function verdictOf(reasons: readonly Reason[], policy: Policy): Verdict {
  const has = (codes: readonly ReasonCode[]) => reasons.some(({ code }) => codes.includes(code));
  // RFC 10027 §6.1.8: a list of trusted networks excludes all others.
  if (has(["foreign_network"]) || has(policy.block)) return "block";
  return has(policy.verify) ? "verify" : "allow";
}

/** The verdict of another client's policy on an earlier assessment. Its own list of networks is not considered. */
export function verdictOfOtherPolicy(reasons: readonly Reason[], policy: Policy): Verdict {
  const reassessed = reasons
    .filter(({ code }) => code !== "foreign_network")
    .map((reason): Reason => {
      if (!("km" in reason)) return reason;
      return { code: reason.km > policy.maxDistance ? "far_apart" : "distance", km: reason.km };
    });
  return verdictOf(reassessed, policy);
}

/** RFC 10027 §6.1.1. There is always a reason about the distance, even if it is only that it isn't known. */
function locationReasons(screen: DeviceInfo, phone: DeviceInfo, { maxDistance }: Policy): Reason[] {
  const reasons: Reason[] = [];
  const [screenCountry, phoneCountry] = [countryOf(screen), countryOf(phone)];
  if (screenCountry !== undefined && phoneCountry !== undefined && screenCountry !== phoneCountry) {
    reasons.push({ code: "another_country", screen: screenCountry, phone: phoneCountry });
  }
  const [from, to] = [coordinatesOf(screen), coordinatesOf(phone)];
  if (from && to) {
    const km = kilometresBetween(from, to);
    if (km > maxDistance) return [...reasons, { code: "far_apart", km }];
    return [...reasons, sameCity(screen, phone) ? { code: "same_city" } : { code: "distance", km }];
  }
  if (sameCity(screen, phone)) return [...reasons, { code: "same_city" }];
  const isOneHidden =
    Boolean(from) !== Boolean(to) || (screenCountry === undefined) !== (phoneCountry === undefined);
  if (isOneHidden) return [...reasons, { code: "place_hidden" }];
  return reasons.length > 0 ? reasons : [{ code: "place_unknown" }];
}

function networkReasons(screen: DeviceInfo, phone: DeviceInfo, { networks }: Policy): Reason[] {
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

function historyReasons(screen: DeviceInfo, { known, logins }: LoginHistory): Reason[] {
  if (logins === 0 && known.length === 0) return [{ code: "first_login" }];
  return known.some((device) => looksLike(device, screen)) ? [] : [{ code: "new_device" }];
}

function attemptReasons({ wrongCodes, repeats }: AttemptCounters): Reason[] {
  const reasons: Reason[] = [];
  if (wrongCodes >= MANY_TRIES) reasons.push({ code: "many_tries", count: wrongCodes });
  if (repeats > 0) reasons.push({ code: "code_repeated", count: repeats });
  return reasons;
}

/** Versions are ignored: a browser is the same one after an update. */
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
