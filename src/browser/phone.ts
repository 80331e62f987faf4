/** The phone: says who holds it, scans a code, shows who asks, and decides. */
import { parseCodeLink } from "../login/rotating-code.ts";
import { DIRECT_NAVIGATION, NAVIGATION_ATTRIBUTE } from "../protocol/phone-page.ts";
import { parseUserCode } from "../protocol/user-code.ts";
import { Account } from "./phone/account.ts";
import { addPhoneStep } from "./phone/add-phone.ts";
import { claimStep } from "./phone/claim.ts";
import { confirmLinkStep } from "./phone/confirm-link.ts";
import { endStep } from "./phone/end.ts";
import { homeStep } from "./phone/home.ts";
import { keptScan } from "./phone/kept-scan.ts";
import { newPasskeyStep } from "./phone/new-passkey.ts";
import { newPhoneStep } from "./phone/new-phone.ts";
import { errandOf } from "./phone/errand.ts";
import type { Next, Phone } from "./phone/next.ts";
import { deleteAccountStep } from "./phone/places/delete-account.ts";
import { devicesStep } from "./phone/places/devices.ts";
import { historyStep } from "./phone/places/history.ts";
import { passkeysStep } from "./phone/places/passkeys.ts";
import { placeAt, type Place } from "./phone/places/place.ts";
import { recoverStep } from "./phone/recover.ts";
import { requestStep } from "./phone/request.ts";
import { sameDeviceStep } from "./phone/same-device.ts";
import { cameraStep, typingStep } from "./phone/scan.ts";
import { createStep, signInStep } from "./phone/sign-in.ts";
import { Stage } from "./stage.ts";

const PLACES: Record<Place, (phone: Phone, said?: string) => Promise<Next>> = {
  devices: devicesStep,
  passkeys: passkeysStep,
  history: historyStep,
};

const phone: Phone = { stage: new Stage({ movesFocus: true }), account: new Account() };

// What is shown of the account may have changed since: a page that the browser kept asks anew.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && placeAt(location.pathname)) location.reload();
});
// Each address is begun from its beginning, also when it is gone back to.
addEventListener("popstate", () => location.reload());

let next = whatBroughtUsHere();
for (;;) {
  keepAddress(next);
  next = await take(next);
}

/** The address says where one is, for a reload, and for going back. */
function keepAddress(step: Next): void {
  const path = addressOf(step);
  if (path !== undefined && location.pathname !== path) history.pushState(null, "", path);
}

function addressOf(step: Next): string | undefined {
  if (step.to === "place") return `/${step.place}`;
  return step.to === "home" || step.to === "camera" ? "/phone" : undefined;
}

/** A scanned link, a reload in the middle of something, or nothing in particular. */
function whatBroughtUsHere(): Next {
  const { pathname, search } = location;
  const place = placeAt(pathname);
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
  const kept = keptScan();
  if (!kept) return { to: "home" };
  const { sessionId, scanToken } = kept;
  return { to: "claim", scanned: { by: "scan_token", sessionId, scanToken } };
}

function take(step: Next): Promise<Next> {
  switch (step.to) {
    case "home":
      return homeStep(phone);
    case "sign-in":
      return signInStep(phone, errandOf(step), step.wanted);
    case "create":
      return createStep(phone, errandOf(step));
    case "recover":
      return recoverStep(phone, errandOf(step));
    case "new-phone":
      return newPhoneStep(phone, errandOf(step));
    case "new-passkey":
      return newPasskeyStep(phone, step.cameIn, errandOf(step));
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
      return endStep(phone, step.end, step.retry);
  }
}
