/** The phone: says who holds it, scans a code, shows who asks, and decides. */
import { parseCodeLink } from "../../login-session/domain/rotating-code.ts";
import { DIRECT_NAVIGATION, NAVIGATION_ATTRIBUTE } from "../../protocol/phone-page.ts";
import { parseUserCode } from "../../protocol/user-code.ts";
import { Account } from "./sign-in/account.ts";
import { addPhoneStep } from "./sign-in/add-phone.ts";
import { claimStep } from "./scan/claim.ts";
import { confirmLinkStep } from "./scan/confirm-link.ts";
import { resultStep } from "./result-view.ts";
import { homeStep } from "./home.ts";
import { loadScan } from "./scan/scan-storage.ts";
import { newPasskeyStep } from "./sign-in/new-passkey.ts";
import { newPhoneStep } from "./sign-in/new-phone.ts";
import { intentOf } from "./sign-in/sign-in-intent.ts";
import type { Step, Phone } from "./steps.ts";
import { deleteAccountStep } from "./account/delete-account.ts";
import { devicesStep } from "./account/devices.ts";
import { historyStep } from "./account/history.ts";
import { passkeysStep } from "./account/passkeys.ts";
import { accountPageAt, type AccountPage } from "./account/account-page.ts";
import { recoverStep } from "./sign-in/recover.ts";
import { requestStep } from "./request/request.ts";
import { sameDeviceStep } from "./sign-in/same-device.ts";
import { cameraStep, typingStep } from "./scan/scan.ts";
import { createStep, signInStep } from "./sign-in/sign-in.ts";
import { ViewHost } from "../ui/view-host.ts";

const PLACES: Record<AccountPage, (phone: Phone, said?: string) => Promise<Step>> = {
  devices: devicesStep,
  passkeys: passkeysStep,
  history: historyStep,
};

const phone: Phone = { stage: new ViewHost({ movesFocus: true }), account: new Account() };

// What is shown of the account may have changed since: a page that the browser kept asks anew.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && accountPageAt(location.pathname)) location.reload();
});
// Each address is begun from its beginning, also when it is gone back to.
addEventListener("popstate", () => location.reload());

let next = whatBroughtUsHere();
for (;;) {
  keepAddress(next);
  next = await take(next);
}

/** The address says where one is, for a reload, and for going back. */
function keepAddress(step: Step): void {
  const path = addressOf(step);
  if (path !== undefined && location.pathname !== path) history.pushState(null, "", path);
}

function addressOf(step: Step): string | undefined {
  if (step.to === "place") return `/${step.place}`;
  return step.to === "home" || step.to === "camera" ? "/phone" : undefined;
}

/** A scanned link, a reload in the middle of something, or nothing in particular. */
function whatBroughtUsHere(): Step {
  const { pathname, search } = location;
  const place = accountPageAt(pathname);
  if (place) return { to: "place", place };
  // A code in the address would be kept in the history, and be tried again by a reload.
  if (pathname !== "/phone" || search !== "") history.replaceState(null, "", "/phone");
  const link = parseCodeLink(pathname);
  if (link) {
    const direct = document.body.getAttribute(NAVIGATION_ATTRIBUTE) === DIRECT_NAVIGATION;
    return { to: direct ? "claim" : "confirm-link", scanned: { by: "link", ...link } };
  }
  if (pathname.startsWith("/q/")) return { to: "end", end: "notOurs" };
  const brought = new URLSearchParams(search).get("user_code");
  if (brought !== null) {
    const userCode = parseUserCode(brought);
    return userCode === undefined ? { to: "end", end: "notOurs" } : { to: "typing", userCode };
  }
  const kept = loadScan();
  if (!kept) return { to: "home" };
  const { sessionId, scanToken } = kept;
  return { to: "claim", scanned: { by: "scan_token", sessionId, scanToken } };
}

function take(step: Step): Promise<Step> {
  switch (step.to) {
    case "home":
      return homeStep(phone);
    case "sign-in":
      return signInStep(phone, intentOf(step), step.wanted);
    case "create":
      return createStep(phone, intentOf(step));
    case "recover":
      return recoverStep(phone, intentOf(step));
    case "new-phone":
      return newPhoneStep(phone, intentOf(step));
    case "new-passkey":
      return newPasskeyStep(phone, step.cameIn, intentOf(step));
    case "place":
      return PLACES[step.place](phone, step.said);
    case "add-phone":
      return addPhoneStep(phone);
    case "delete-account":
      return deleteAccountStep(phone);
    case "camera":
      return cameraStep(phone);
    case "typing":
      return typingStep(phone, step.userCode);
    case "confirm-link":
      return confirmLinkStep(phone, step.scanned);
    case "claim":
      return claimStep(phone, step.scanned);
    case "request":
      return requestStep(phone, step.scan);
    case "same-device":
      return sameDeviceStep(phone, step.sessionId);
    case "end":
      return resultStep(phone, step.end, step.retry);
  }
}
