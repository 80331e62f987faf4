import * as icons from "../ui/icons.ts";
import { brand, button, message, type Tone } from "../ui/components.ts";
import { PHONE } from "../ui/texts.ts";
import type { Result } from "./result.ts";
import type { Step, StepContext } from "./steps.ts";

const EMBLEMS: Partial<Record<Result, [outline: string, tone: Tone]>> = {
  approved: [icons.check, "good"],
  phoneAdded: [icons.phone, "good"],
  approvedHere: [icons.check, "good"],
  denied: [icons.cross, "bad"],
  matchWrong: [icons.cross, "bad"],
  matchWrongThere: [icons.cross, "bad"],
  repeated: [icons.alert, "bad"],
  blocked: [icons.cross, "bad"],
  notScanned: [icons.cross, "quiet"],
  cancelled: [icons.cross, "quiet"],
  expired: [icons.clock, "quiet"],
  stale: [icons.clock, "quiet"],
  used: [icons.phone, "quiet"],
  noCamera: [icons.cameraOff, "quiet"],
  cameraRefused: [icons.cameraOff, "quiet"],
  cameraBusy: [icons.cameraOff, "quiet"],
  offline: [icons.offline, "quiet"],
  unreachable: [icons.offline, "quiet"],
  noPasskeys: [icons.key, "quiet"],
  ownApp: [icons.phone, "quiet"],
};

/** Displays a result, and what the user can do next. */
export function resultStep({ views }: StepContext, end: Result, retry?: Step): Promise<Step> {
  const notice = PHONE.ends[end];
  return new Promise((resolve) => {
    const go = (text: string, next: Step, kind: "primary" | "plain" = "primary") =>
      button(text, () => resolve(next), { kind });
    const shown = message(
      EMBLEMS[end] ?? [icons.alert, "quiet"],
      ...notice,
      ...ways(end, retry, go),
    );
    views.render({ name: end, title: notice[0], content: [brand(), shown] });
  });
}

function ways(
  end: Result,
  retry: Step | undefined,
  go: (text: string, next: Step, kind?: "primary" | "plain") => HTMLElement,
): HTMLElement[] {
  switch (end) {
    case "noPasskeys":
    case "ownApp":
    case "misconfigured":
      return [];
    case "noCamera":
    case "cameraRefused":
    case "cameraBusy":
      return [
        go(PHONE.camera.type, { to: "typing" }),
        go(PHONE.tryAgain, { to: "camera" }, "plain"),
      ];
    case "approvedHere":
      return [];
    case "approved":
    case "phoneAdded":
    case "denied":
    case "notScanned":
      return [go(PHONE.scanAnother, { to: "home" }, "plain")];
    default:
      return retry ? [go(PHONE.tryAgain, retry)] : [go(PHONE.scanAnother, { to: "camera" })];
  }
}
