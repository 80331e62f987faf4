import { h } from "../ui/dom.ts";
import { icon } from "../ui/icon.ts";
import * as icons from "../ui/icons.ts";
import {
  actions,
  brand,
  busy,
  button,
  emblem,
  heading,
  message,
  paragraph,
  type Tone,
} from "../ui/components.ts";
import type { View } from "../ui/view-host.ts";
import { SCREEN, type TitledText } from "../ui/texts.ts";
import type { MatchPart } from "./match.ts";

/** The views of the login page. */

export function startingView(client?: string): View {
  return {
    name: "starting",
    title: SCREEN.pending.title(client),
    content: [brand(), busy(SCREEN.starting)],
  };
}

/** The client that sent the browser here, and how to return to it. */
export interface Back {
  client: string;
  go: () => void;
}

/** The code is displayed. `tile` contains it, `timer` is the time left, `keep` is the choice to stay logged in, and `typed` is for the code to type. */
export function pendingView({
  tile,
  timer,
  keep,
  typed,
  back,
}: {
  tile: HTMLElement;
  timer: HTMLElement;
  keep: HTMLElement | undefined;
  typed: HTMLElement[];
  back: Back | undefined;
}): View {
  const texts = SCREEN.pending;
  const steps = texts.steps.map((step) => h("li", {}, step));
  return {
    name: "pending",
    title: texts.title(back?.client),
    announcement: texts.announcement,
    content: [
      brand(),
      h(
        "div",
        { class: "view invitation" },
        heading(texts.heading(back?.client)),
        h("div", { class: "code" }, tile, timer),
        h("ol", { class: "steps" }, ...steps),
        keep,
        h("div", { class: "typed" }, ...typed, back && backButton(back, "link")),
      ),
    ],
  };
}

/** A phone has scanned the code. `match`: the number matching that has to be done before the approval. */
export function scannedView(startOver: () => void, match?: MatchPart): View {
  const { title, heading: headingText, text: plain, startOver: label } = SCREEN.scanned;
  const text = match?.text ?? plain;
  return {
    name: "scanned",
    title,
    announcement: [headingText, text, match?.spoken ?? ""].join(". "),
    content: [
      brand(),
      h(
        "div",
        { class: "view message" },
        h("div", { class: "emblem accent waiting" }, icon(icons.phone)),
        heading(headingText),
        paragraph(text),
        match?.element,
        actions(button(label, startOver, { kind: "link" })),
      ),
    ],
  };
}

export function redeemingView(): View {
  const { title, heading: headingText } = SCREEN.redeeming;
  return {
    name: "redeeming",
    title,
    announcement: headingText,
    content: [brand(), busy(headingText)],
  };
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
        emblem(icons.check, "good"),
        heading(title),
        paragraph(texts.text(time.format(new Date()))),
        actions(button(texts.logOut, logOut, { kind: "plain" })),
      ),
    ],
  };
}

/** The browser is returning to the client. `open`: some browsers open an app only after a tap. */
export function leavingView(client: string, open?: () => void): View {
  const title = SCREEN.leaving.title(client);
  const tap = open && actions(button(SCREEN.leaving.open(client), open));
  const content = [brand(), busy(title), tap].filter((node) => node !== undefined);
  return { name: "leaving", title, announcement: title, content };
}

/** The user came back to this page after it had sent its response, which it must not send twice. */
export function returnedView(client: string, retry?: () => void): View {
  const notice = SCREEN.left.notice(client);
  const retryButton = retry && button(SCREEN.left.action, retry);
  return ending("left", notice, message([icons.clock, "quiet"], ...notice, retryButton));
}

/** The login ended without an approval. */
export function failedLoginView(
  state: keyof typeof FAILURES,
  retry: () => void,
  back: Back | undefined,
): View {
  const { notice, action } = SCREEN[state];
  const picture = FAILURES[state];
  const buttons = [button(action, retry), back && backButton(back, "plain")];
  return ending(state, notice, message(picture, ...notice, ...buttons));
}

const FAILURES = {
  denied: [icons.cross, "bad"],
  mistyped: [icons.cross, "bad"],
  expired: [icons.clock, "quiet"],
  cancelled: [icons.cross, "quiet"],
} satisfies Record<string, [icon: string, tone: Tone]>;

function backButton({ client, go }: Back, kind: "plain" | "link"): HTMLElement {
  return button(SCREEN.backTo(client), go, { kind });
}

export function failedView(code: string, retry: () => void, back: Back | undefined): View {
  const failures: Record<string, TitledText> = SCREEN.failures;
  const notice = failures[code] ?? SCREEN.failures.other;
  const offline = code === "offline" || code === "network";
  const retryButton = button(SCREEN.tryAgain, retry);
  const picture: [string, Tone] = [offline ? icons.offline : icons.alert, "quiet"];
  const content = message(picture, ...notice, retryButton, back && backButton(back, "plain"));
  return { ...ending("failed", notice, content), name: offline ? "offline" : "failed" };
}

function ending(name: string, notice: TitledText, content: HTMLElement): View {
  return { name, title: notice[0], announcement: notice.join(". "), content: [brand(), content] };
}
