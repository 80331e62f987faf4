import type { AuthenticatedUser } from "../../login-session/domain/authenticated-user.ts";
import type { Reason } from "../../protocol/risk.ts";
import type { DeviceInfo } from "../../login-session/domain/device-info.ts";
import { assessRisk, verdictOfOtherPolicy } from "../../login-session/domain/risk/assess-risk.ts";
import { networkOf } from "../../login-session/domain/risk/network.ts";
import { sameDevicePolicy, type Policy } from "../../login-session/domain/risk/policy.ts";
import { compareLoginHint } from "./login-hint.ts";
import { wasShown, type ShownClient } from "./shown-client.ts";

/**
 * What single sign-on answers to an authorization request:
 *
 * - `continue`: the login is approved without the phone.
 * - `ask`: the person at the screen has to choose this account first.
 * - `phone`: the phone has to approve.
 */
export type SsoDecision = "continue" | "ask" | "phone";

/** The browser session, as far as the decision needs it. Instants are milliseconds since the epoch. */
export interface RememberedBrowser {
  id: string;
  account: AuthenticatedUser;
  /** The browser when its code was scanned. */
  screen: DeviceInfo;
  /** What the risk assessment of the approval found, by the policy of another client perhaps. */
  reasons: readonly Reason[];
  clients: readonly ShownClient[];
}

/** An authorization request of a client that has single sign-on. */
export interface SsoRequest extends ShownClient {
  prompt: readonly string[];
  /** Milliseconds. */
  maxAge?: number;
  /** The only account that the client accepts (`id_token_hint`). */
  expectedSub?: string;
  loginHint?: string;
  acrValues: readonly string[];
  /** The browser that sends the request. */
  browser: DeviceInfo;
  policy: Policy;
  /** Whether another app could have sent the request in the client's name, and would get the code. */
  isImpersonable: boolean;
  /** The id of the browser session with which the person has chosen to continue. */
  chosen?: string;
}

export function decideSso(
  session: RememberedBrowser,
  request: SsoRequest,
  now: number,
): SsoDecision {
  // A client that the person was never shown learns nothing about who is logged in.
  if (request.prompt.includes("none") && !wasShown(session.clients, request)) return "ask";
  if (requiresPhone(session, request, now)) return "phone";
  if (request.chosen !== undefined) return request.chosen === session.id ? "continue" : "ask";
  return mustAsk(session, request) ? "ask" : "continue";
}

function requiresPhone(
  { account, screen, reasons }: RememberedBrowser,
  { prompt, maxAge, expectedSub, loginHint, acrValues, browser, policy }: SsoRequest,
  now: number,
): boolean {
  // OpenID Connect Core §3.1.2.1: prompt=login asks for the person again, like max_age=0.
  if (prompt.includes("login") || maxAge === 0) return true;
  if (maxAge !== undefined && (account.authTime === undefined || now - account.authTime > maxAge)) {
    return true;
  }
  if (expectedSub !== undefined && expectedSub !== account.sub) return true;
  if (compareLoginHint(loginHint, account) === "another") return true;
  // §3.1.2.1: another approval may have one of the requested contexts. An account without any can't.
  if (account.acr !== undefined && acrValues.length > 0 && !acrValues.includes(account.acr)) {
    return true;
  }
  if (policy.matching === "always" || policy.stepUp === "always") return true;
  // The approval must be one that this client's policy would have allowed without more proof.
  if (verdictOfOtherPolicy(reasons, policy) !== "allow") return true;
  return !isSameBrowser(screen, browser, policy);
}

function mustAsk({ account, clients }: RememberedBrowser, request: SsoRequest): boolean {
  const { prompt, loginHint, isImpersonable } = request;
  // RFC 8252 §8.6: an app that can't prove who it is gets no code without a question.
  if (isImpersonable) return true;
  if (prompt.includes("select_account") || prompt.includes("consent")) return true;
  if (compareLoginHint(loginHint, account) === "unknown") return true;
  return !wasShown(clients, request);
}

/**
 * Whether a request comes from the browser that was logged in: same browser and system, same network, and nothing
 * about its place that the risk rules of a login on one device refuse. A copied cookie fails here.
 */
export function isSameBrowser(before: DeviceInfo, now: DeviceInfo, policy: Policy): boolean {
  if (networkOf(before.ip) !== networkOf(now.ip) || before.asn !== now.asn) return false;
  const { verdict, reasons } = assessRisk({
    screen: now,
    phone: before,
    history: { known: [before], logins: 1 },
    attempts: { wrongCodes: 0, repeats: 0 },
    policy: sameDevicePolicy(policy),
  });
  return verdict === "allow" && !reasons.some(({ code }) => code === "new_device");
}
