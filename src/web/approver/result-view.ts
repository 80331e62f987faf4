import * as outlines from "../ui/icons.ts";
import { brand, button, message, type Tone } from "../ui/components.ts";
import { PHONE } from "../ui/texts.ts";
import type { Result } from "./result.ts";
import type { Step, Phone } from "./steps.ts";

const EMBLEMS: Partial<Record<Result, [outline: string, tone: Tone]>> = {
  approved: [outlines.check, "good"],
  phoneAdded: [outlines.phone, "good"],
  approvedHere: [outlines.check, "good"],
  denied: [outlines.cross, "bad"],
  matchWrong: [outlines.cross, "bad"],
  matchWrongThere: [outlines.cross, "bad"],
  repeated: [outlines.alert, "bad"],
  blocked: [outlines.cross, "bad"],
  notScanned: [outlines.cross, "quiet"],
  cancelled: [outlines.cross, "quiet"],
  expired: [outlines.clock, "quiet"],
  stale: [outlines.clock, "quiet"],
  used: [outlines.phone, "quiet"],
  noCamera: [outlines.cameraOff, "quiet"],
  cameraRefused: [outlines.cameraOff, "quiet"],
  cameraBusy: [outlines.cameraOff, "quiet"],
  offline: [outlines.offline, "quiet"],
  unreachable: [outlines.offline, "quiet"],
  noPasskeys: [outlines.key, "quiet"],
  ownApp: [outlines.phone, "quiet"],
};

/** It is over, or something stands in the way; and what can be done now. */
export function resultStep({ stage }: Phone, end: Result, retry?: Step): Promise<Step> {
  const notice = PHONE.ends[end];
  return new Promise((resolve) => {
    const go = (text: string, next: Step, kind: "primary" | "plain" = "primary") =>
      button(text, () => resolve(next), { kind });
    const shown = message(
      EMBLEMS[end] ?? [outlines.alert, "quiet"],
      ...notice,
      ...ways(end, retry, go),
    );
    stage.show({ name: end, title: notice[0], content: [brand(), shown] });
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
