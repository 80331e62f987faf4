import { LoginError } from "../../../sdk/login-error.ts";
import { h } from "../../ui/dom.ts";
import { actions, brand, button, heading, noticeLine, paragraph } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import { readCodes } from "./camera.ts";
import { claimSession, claimFailure } from "./claim.ts";
import type { Result } from "../result.ts";
import type { Step, StepContext } from "../steps.ts";
import { parseOwnQrLink } from "./parse-own-qr-link.ts";

/**
 * Scans a code with the camera. A code of another site, or one that was replaced, gets a message,
 * and the scan goes on.
 */
export function cameraStep(context: StepContext): Promise<Step> {
  const texts = PHONE.camera;
  const over = new AbortController();
  const video = h("video", { playsinline: true, "aria-hidden": "true" });
  video.muted = true;
  const notice = noticeLine();

  const look = async (): Promise<Step> => {
    let refused: string | undefined;
    for await (const text of readCodes(video, over.signal)) {
      if (text === refused) continue;
      const link = parseOwnQrLink(text, location.origin);
      refused = text;
      if (!link) {
        notice.show(texts.notOurs);
        continue;
      }
      try {
        return await claimSession(context.account, { by: "link", ...link });
      } catch (error) {
        const stale = error instanceof LoginError && error.code === "code_stale";
        if (!stale) return claimFailure(error, { to: "camera" });
        notice.show(texts.stale);
      }
    }
    return { to: "home" };
  };

  return new Promise<Step>((resolve) => {
    context.views.render({
      name: "camera",
      title: texts.heading,
      content: [
        brand(),
        h(
          "div",
          { class: "view camera" },
          heading(texts.heading),
          h("div", { class: "finder" }, video, h("div", { class: "frame" })),
          paragraph(texts.text),
          notice.element,
          actions(
            button(texts.type, () => resolve({ to: "typing" }), { kind: "plain" }),
            button(PHONE.cancel, () => resolve({ to: "home" }), { kind: "plain" }),
          ),
        ),
      ],
    });
    look().then(resolve, (error: unknown) => resolve({ to: "result", result: cameraEnd(error) }));
  }).finally(() => over.abort());
}

/** The errors of getUserMedia (Media Capture and Streams §10.2). */
function cameraEnd(error: unknown): Result {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "cameraRefused";
    case "NotReadableError":
    case "AbortError":
      return "cameraBusy";
    default:
      return "noCamera";
  }
}
