/** The phone page: signs the user in, scans codes, displays requests, and sends the decisions. */
import { parseCodeLink } from "../../login-session/domain/rotating-code.ts";
import { DIRECT_NAVIGATION, NAVIGATION_ATTRIBUTE } from "../../protocol/phone-page.ts";
import { parseUserCode } from "../../protocol/user-code.ts";
import { Account } from "./sign-in/account.ts";
import { addPhoneStep } from "./account/passkeys/add-phone.ts";
import { claimStep } from "./scan/claim-step.ts";
import { confirmLinkStep } from "./scan/confirm-link.ts";
import { resultStep } from "./result-view.ts";
import { homeStep } from "./home.ts";
import { loadScan } from "./scan/scan-storage.ts";
import { newPasskeyStep } from "./sign-in/new-passkey.ts";
import { newPhoneStep } from "./sign-in/new-phone.ts";
import { intentOf } from "./sign-in/sign-in-intent.ts";
import type { Step, StepContext } from "./steps.ts";
import { deleteAccountStep } from "./account/delete-account.ts";
import { devicesStep } from "./account/devices/devices.ts";
import { historyStep } from "./account/history/history.ts";
import { passkeysStep } from "./account/passkeys/passkeys.ts";
import { accountPageAt, type AccountPage } from "./account/account-page.ts";
import { recoverStep } from "./sign-in/recover.ts";
import { requestStep } from "./request/request.ts";
import { sameDeviceStep } from "./scan/same-device.ts";
import { cameraStep } from "./scan/camera-step.ts";
import { typingStep } from "./scan/typing-step.ts";
import { createStep, signInStep } from "./sign-in/sign-in.ts";
import { ViewHost } from "../ui/view-host.ts";

const ACCOUNT_PAGES: Record<
  AccountPage,
  (context: StepContext, message?: string) => Promise<Step>
> = {
  devices: devicesStep,
  passkeys: passkeysStep,
  history: historyStep,
};

const context: StepContext = { views: new ViewHost({ movesFocus: true }), account: new Account() };

// The account may have changed since the browser cached the page.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && accountPageAt(location.pathname)) location.reload();
});
// Back and forward start each address anew.
addEventListener("popstate", () => location.reload());

let next = firstStep();
for (;;) {
  updateAddress(next);
  next = await runStep(next);
}

/** Keeps the address in step with what is displayed, for reloads and the browser's history. */
function updateAddress(step: Step): void {
  const path = addressOf(step);
  if (path !== undefined && location.pathname !== path) history.pushState(null, "", path);
}

function addressOf(step: Step): string | undefined {
  if (step.to === "account-page") return `/${step.page}`;
  return step.to === "home" || step.to === "camera" ? "/phone" : undefined;
}

/** The first step: for a scanned link, an account page, a code in the address, or an interrupted scan. */
function firstStep(): Step {
  const { pathname, search } = location;
  const page = accountPageAt(pathname);
  if (page) return { to: "account-page", page };
  // In the address, a code would be stored in the history and tried again by a reload.
  if (pathname !== "/phone" || search !== "") history.replaceState(null, "", "/phone");
  const link = parseCodeLink(pathname);
  if (link) {
    const direct = document.body.getAttribute(NAVIGATION_ATTRIBUTE) === DIRECT_NAVIGATION;
    return { to: direct ? "claim" : "confirm-link", scanned: { by: "link", ...link } };
  }
  if (pathname.startsWith("/q/")) return { to: "result", result: "notOurs" };
  const typedCode = new URLSearchParams(search).get("user_code");
  if (typedCode !== null) {
    const userCode = parseUserCode(typedCode);
    return userCode === undefined
      ? { to: "result", result: "notOurs" }
      : { to: "typing", userCode };
  }
  const stored = loadScan();
  if (!stored) return { to: "home" };
  const { sessionId, scanToken } = stored;
  return { to: "claim", scanned: { by: "scan_token", sessionId, scanToken } };
}

function runStep(step: Step): Promise<Step> {
  switch (step.to) {
    case "home":
      return homeStep(context);
    case "sign-in":
      return signInStep(context, intentOf(step), step.reason);
    case "create":
      return createStep(context, intentOf(step));
    case "recover":
      return recoverStep(context, intentOf(step));
    case "new-phone":
      return newPhoneStep(context, intentOf(step));
    case "new-passkey":
      return newPasskeyStep(context, step.joinedBy, intentOf(step));
    case "account-page":
      return ACCOUNT_PAGES[step.page](context, step.message);
    case "add-phone":
      return addPhoneStep(context);
    case "delete-account":
      return deleteAccountStep(context);
    case "camera":
      return cameraStep(context);
    case "typing":
      return typingStep(context, step.userCode);
    case "confirm-link":
      return confirmLinkStep(context, step.scanned);
    case "claim":
      return claimStep(context, step.scanned);
    case "request":
      return requestStep(context, step.scan);
    case "same-device":
      return sameDeviceStep(context, step.sessionId);
    case "result":
      return resultStep(context, step.result, step.retry);
  }
}
