import * as icons from "../ui/icons.ts";
import { brand, button, message, type Tone } from "../ui/components.ts";
import { PHONE } from "../ui/texts.ts";
import type { Result } from "./result.ts";
import type { Step, StepContext } from "./steps.ts";

const EMBLEMS: Partial<Record<Result, [icon: string, tone: Tone]>> = {
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
export function resultStep({ views }: StepContext, result: Result, retry?: Step): Promise<Step> {
  const notice = PHONE.ends[result];
  return new Promise((resolve) => {
    const linkTo = (text: string, next: Step, kind: "primary" | "plain" = "primary") =>
      button(text, () => resolve(next), { kind });
    const view = message(
      EMBLEMS[result] ?? [icons.alert, "quiet"],
      ...notice,
      ...actionsFor(result, retry, linkTo),
    );
    views.render({ name: result, title: notice[0], content: [brand(), view] });
  });
}

function actionsFor(
  result: Result,
  retry: Step | undefined,
  linkTo: (text: string, next: Step, kind?: "primary" | "plain") => HTMLElement,
): HTMLElement[] {
  switch (result) {
    case "noPasskeys":
    case "ownApp":
    case "misconfigured":
    case "approvedHere":
      return [];
    case "noCamera":
    case "cameraRefused":
    case "cameraBusy":
      return [
        linkTo(PHONE.camera.type, { to: "typing" }),
        linkTo(PHONE.tryAgain, { to: "camera" }, "plain"),
      ];
    case "approved":
    case "phoneAdded":
    case "denied":
    case "notScanned":
      return [linkTo(PHONE.scanAnother, { to: "home" }, "plain")];
    default:
      return retry
        ? [linkTo(PHONE.tryAgain, retry)]
        : [linkTo(PHONE.scanAnother, { to: "camera" })];
  }
}
