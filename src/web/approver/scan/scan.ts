import { LoginError } from "../../../sdk/login-error.ts";
import { h } from "../../ui/dom.ts";
import { actions, brand, button, heading, noticeLine, paragraph } from "../../ui/components.ts";
import { formatUserCode, parseUserCode } from "../../../protocol/user-code.ts";
import { PHONE } from "../../ui/texts.ts";
import { readCodes } from "./camera.ts";
import { claimed, endOfClaim } from "./claim.ts";
import type { Result } from "../result.ts";
import { guardButton } from "../request/guarded-button.ts";
import type { Step, Phone } from "../steps.ts";
import { parseOwnQrLink } from "./parse-own-qr-link.ts";

/** The camera looks for a code. What isn't one, or comes too late, is said in place. */
export function cameraStep(phone: Phone): Promise<Step> {
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
        notice.say(texts.notOurs);
        continue;
      }
      try {
        return await claimed(phone, { by: "link", ...link });
      } catch (error) {
        const stale = error instanceof LoginError && error.code === "code_stale";
        if (!stale) return endOfClaim(error, { to: "camera" });
        notice.say(texts.stale);
      }
    }
    return { to: "home" };
  };

  return new Promise<Step>((resolve) => {
    phone.stage.show({
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
    look().then(resolve, (error: unknown) => resolve({ to: "end", end: cameraEnd(error) }));
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

/**
 * The typed code, for whom the camera is no help. One that a device's link has brought is only shown:
 * whoever sent the link may hold the device too, so the person compares it first (RFC 8628 §3.3.1).
 */
export function typingStep(phone: Phone, brought?: string): Promise<Step> {
  const texts = PHONE.typing;
  const says = brought === undefined ? texts : texts.prefilled;
  const notice = noticeLine();
  const input = h("input", {
    id: "code",
    name: "code",
    type: "text",
    inputmode: "text",
    autocapitalize: "characters",
    autocomplete: "off",
    autocorrect: "off",
    spellcheck: "false",
    enterkeyhint: "go",
    maxlength: "40",
    required: true,
    class: "user-code",
    placeholder: "WDJB-MJHT",
    value: brought === undefined ? undefined : formatUserCode(brought),
  });
  const go = h("button", { class: "button primary" }, texts.submit);
  // Nobody has typed it, so nothing shows yet that somebody wants to go on.
  if (brought !== undefined) guardButton(go);

  return new Promise((resolve) => {
    const submit = async (event: Event) => {
      event.preventDefault();
      if (go.ariaBusy === "true") return;
      const userCode = parseUserCode(input.value);
      if (userCode === undefined) return notice.say(texts.malformed);
      notice.say("");
      go.ariaBusy = "true";
      try {
        resolve(await claimed(phone, { by: "user_code", userCode }));
      } catch (error) {
        const code = error instanceof LoginError ? error.code : "";
        if (code === "user_code_unknown") notice.say(texts.unknown);
        else if (code === "network") notice.say(PHONE.notices.network);
        else resolve(endOfClaim(error, { to: "typing" }));
      } finally {
        go.ariaBusy = "false";
      }
    };
    phone.stage.show({
      name: "typing",
      title: says.heading,
      content: [
        brand(),
        h(
          "form",
          { class: "view form", submit: (event) => void submit(event) },
          heading(says.heading),
          paragraph(says.text),
          h("label", { for: "code" }, texts.label),
          input,
          notice.element,
          actions(
            go,
            button(texts.scan, () => resolve({ to: "camera" }), { kind: "plain" }),
          ),
        ),
      ],
    });
  });
}
