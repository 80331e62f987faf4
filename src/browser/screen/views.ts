import { h } from "../dom.ts";
import { icon } from "../icon.ts";
import * as outlines from "../outlines.ts";
import { actions, brand, busy, button, emblem, heading, message, paragraph } from "../parts.ts";
import type { View } from "../stage.ts";
import { SCREEN, type Notice } from "../texts.ts";

/** What the screen shows in each state of a login. */

export function startingView(): View {
  return {
    name: "starting",
    title: SCREEN.pending.title,
    content: [brand(), busy(SCREEN.starting)],
  };
}

/** The code is on the screen: `tile` holds it, `timer` says how long it works. */
export function pendingView({
  tile,
  timer,
  userCode,
}: {
  tile: HTMLElement;
  timer: HTMLElement;
  userCode: string;
}): View {
  const texts = SCREEN.pending;
  const steps = texts.steps.map((step) => h("li", {}, step));
  return {
    name: "pending",
    title: texts.title,
    announcement: texts.announcement,
    content: [
      brand(),
      h(
        "div",
        { class: "view invitation" },
        heading(texts.heading),
        h("div", { class: "code" }, tile, timer),
        h("ol", { class: "steps" }, ...steps),
        h(
          "div",
          { class: "typed" },
          h("p", {}, texts.typed(`${location.host}/phone`)),
          spelled(userCode),
        ),
      ),
    ],
  };
}

/** Big and spaced for the eye; letter by letter for the ear. */
function spelled(userCode: string): HTMLElement {
  const letters = userCode.split("-").map((half) => [...half].join(" "));
  return h(
    "p",
    { class: "user-code", "data-user-code": userCode },
    h("span", { "aria-hidden": "true" }, userCode),
    h("span", { class: "visually-hidden" }, letters.join(", ")),
  );
}

export function scannedView(startOver: () => void): View {
  const { title, heading: said, text, startOver: label } = SCREEN.scanned;
  return {
    name: "scanned",
    title,
    announcement: `${said}. ${text}`,
    content: [
      brand(),
      h(
        "div",
        { class: "view message" },
        h("div", { class: "emblem accent waiting" }, icon(outlines.phone)),
        heading(said),
        paragraph(text),
        actions(button(label, startOver, { kind: "link" })),
      ),
    ],
  };
}

export function redeemingView(): View {
  const { title, heading: said } = SCREEN.redeeming;
  return { name: "redeeming", title, announcement: said, content: [brand(), busy(said)] };
}

export function loggedInView(name: string | undefined, logOut: () => void): View {
  const texts = SCREEN.loggedIn;
  const title = texts.title(name);
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
  return {
    name: "logged-in",
    title,
    announcement: title,
    content: [
      brand(),
      h(
        "div",
        { class: "view message" },
        emblem(outlines.check, "good"),
        heading(title),
        paragraph(texts.text(time.format(new Date()))),
        actions(button(texts.logOut, logOut, { kind: "plain" })),
      ),
    ],
  };
}

export function deniedView(again: () => void): View {
  const { notice, action } = SCREEN.denied;
  return ending(
    "denied",
    notice,
    message([outlines.cross, "bad"], ...notice, button(action, again)),
  );
}

export function expiredView(again: () => void): View {
  const { notice, action } = SCREEN.expired;
  return ending(
    "expired",
    notice,
    message([outlines.clock, "quiet"], ...notice, button(action, again)),
  );
}

export function cancelledView(again: () => void): View {
  const { notice, action } = SCREEN.cancelled;
  return ending(
    "cancelled",
    notice,
    message([outlines.cross, "quiet"], ...notice, button(action, again)),
  );
}

export function failedView(code: string, again: () => void): View {
  const failures: Record<string, Notice> = SCREEN.failures;
  const notice = failures[code] ?? SCREEN.failures.other;
  const offline = code === "offline" || code === "network";
  const retry = button(SCREEN.tryAgain, again);
  const shown = message([offline ? outlines.offline : outlines.alert, "quiet"], ...notice, retry);
  return { ...ending("failed", notice, shown), name: offline ? "offline" : "failed" };
}

function ending(name: string, notice: Notice, shown: HTMLElement): View {
  return { name, title: notice[0], announcement: notice.join(". "), content: [brand(), shown] };
}
