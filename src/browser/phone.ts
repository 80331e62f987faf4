/** The phone: says who holds it, scans a code, shows who asks, and decides. */
import { parseCodeLink } from "../login/rotating-code.ts";
import { parseUserCode } from "../protocol/user-code.ts";
import { Account } from "./phone/account.ts";
import { claimStep } from "./phone/claim.ts";
import { endStep } from "./phone/end.ts";
import { homeStep } from "./phone/home.ts";
import { keptScan } from "./phone/kept-scan.ts";
import type { Next, Phone } from "./phone/next.ts";
import { requestStep } from "./phone/request.ts";
import { sameDeviceStep } from "./phone/same-device.ts";
import { cameraStep, typingStep } from "./phone/scan.ts";
import { createStep, signInStep } from "./phone/sign-in.ts";
import { Stage } from "./stage.ts";

const phone: Phone = { stage: new Stage({ movesFocus: true }), account: new Account() };

let next = whatBroughtUsHere();
for (;;) next = await take(next);

/** A scanned link, a reload in the middle of something, or nothing in particular. */
function whatBroughtUsHere(): Next {
  const { pathname, search } = location;
  // A code in the address would be kept in the history, and be tried again by a reload.
  if (pathname !== "/phone" || search !== "") history.replaceState(null, "", "/phone");
  const link = parseCodeLink(pathname);
  if (link) return { to: "claim", scanned: { by: "link", ...link } };
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
      return signInStep(phone, step.scan, step.wanted);
    case "create":
      return createStep(phone, step.scan);
    case "camera":
      return cameraStep(phone);
    case "typing":
      return typingStep(phone, step.userCode);
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
