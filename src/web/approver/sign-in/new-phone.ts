import { h } from "../../ui/dom.ts";
import { icon } from "../../ui/icon.ts";
import * as outlines from "../../ui/icons.ts";
import {
  actions,
  bigCode,
  brand,
  busy,
  button,
  heading,
  message,
  paragraph,
} from "../../ui/components.ts";
import { LoginError } from "../../../sdk/login-error.ts";
import type * as Sdk from "../../../sdk/index.ts";
import type { View } from "../../ui/view-host.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import { typedCode } from "../../ui/typed-code.ts";
import { PHONE_CLIENT_ID } from "../request/request-texts.ts";
import { resultOf, isPassing } from "../result.ts";
import type { SignInIntent, Step, Phone } from "../steps.ts";

const texts = ACCOUNT.newPhone;

/** How it ended without this phone being signed in. */
type InVain = keyof typeof texts.ends;

/** This phone shows a code, as any screen does, and is signed in once another phone has approved. */
export async function newPhoneStep(phone: Phone, errand: SignInIntent): Promise<Step> {
  const { stage } = phone;
  const again: Step = { to: "new-phone", ...errand };
  const over = new AbortController();
  stage.showSoon({
    name: "loading",
    title: texts.heading,
    content: [brand(), busy(texts.starting)],
  });
  try {
    const outcome = await attempt(phone, over);
    if (outcome === "linked") return { to: "new-passkey", cameIn: "linked", ...errand };
    if (outcome === "back") return { to: "sign-in", ...errand };
    return await inVain(phone, outcome, errand);
  } catch (error) {
    const end = resultOf(error, navigator.onLine);
    if (isPassing(end)) return { to: "end", end, retry: again };
    return await inVain(phone, end === "expired" ? "expired" : "failed", errand);
  } finally {
    over.abort();
  }
}

/** From a fresh code to its end. Throws a `LoginFailure`. */
async function attempt(
  { stage, account }: Phone,
  over: AbortController,
): Promise<"linked" | "back" | InVain> {
  const sdk = await loadSdk();
  try {
    const login = await sdk.startLogin({ clientId: PHONE_CLIENT_ID, dpop: false, userCode: false });
    let left = false;
    const leave = () => {
      left = true;
      void login.cancel();
      over.abort();
    };
    stage.show(codeView(sdk, login, { signal: over.signal, leave }));
    for await (const event of login.watch({ signal: over.signal })) {
      if (event.type !== "snapshot") continue;
      const { status, match, code } = event.snapshot;
      if (status === "scanned") {
        stage.show(scannedView(match?.by === "phone" ? match.digits : undefined, leave));
      }
      if (status === "denied" || status === "expired" || status === "cancelled") return status;
      if (status === "approved" && code !== undefined) {
        stage.showSoon({
          name: "loading",
          title: texts.linking,
          content: [brand(), busy(texts.linking)],
        });
        await account.link(login.redemption(code));
        return "linked";
      }
    }
    return left ? "back" : "failed";
  } catch (error) {
    throw error instanceof sdk.LoginFailure ? asOurs(error) : error;
  }
}

/** It is a file of its own, which only those load who come here. */
async function loadSdk(): Promise<typeof Sdk> {
  try {
    return await import("../../../sdk/index.ts");
  } catch (cause) {
    throw new LoginError("network", "The login client could not be loaded.", { cause });
  }
}

/** The other file has a class of its own for what goes wrong. */
function asOurs({ code, message, status }: Sdk.LoginFailure): LoginError {
  return new LoginError(code, message, status === undefined ? {} : { status });
}

function codeView(
  sdk: typeof Sdk,
  login: Sdk.Login,
  { signal, leave }: { signal: AbortSignal; leave: () => void },
): View {
  const tile = h("div", { class: "tile" });
  void (async () => {
    for await (const link of login.codes(signal)) {
      tile.dataset["link"] = link;
      tile.replaceChildren(sdk.renderQr(link, texts.qr));
    }
  })();
  return {
    name: "new-phone",
    title: texts.heading,
    announcement: texts.announcement,
    content: [
      brand(),
      h(
        "div",
        { class: "view new-phone" },
        heading(texts.heading),
        paragraph(texts.text(`${location.host}/phone`)),
        h("div", { class: "code" }, tile, timer(login, signal)),
        h("div", { class: "by-hand" }, ...typedCode(login, texts)),
        actions(button(texts.back, leave, { kind: "plain" })),
      ),
    ],
  };
}

/** How long the code works. */
function timer(login: Sdk.Login, signal: AbortSignal): HTMLElement {
  const element = h("p", { class: "hint", role: "timer" });
  const tick = () => {
    const seconds = Math.ceil(login.timeLeft / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    element.textContent = texts.expires(time);
  };
  const ticking = setInterval(tick, 1000);
  signal.addEventListener("abort", () => clearInterval(ticking));
  tick();
  return element;
}

/** The other phone has it: where its owner must type what this one shows, that is shown large. */
function scannedView(digits: string | undefined, leave: () => void): View {
  const says = digits === undefined ? texts.scanned : texts.digits;
  const shown = digits === undefined ? undefined : bigCode(digits);
  return {
    name: "new-phone-scanned",
    title: says.heading,
    content: [
      brand(),
      h(
        "div",
        { class: "view message" },
        shown ?? h("div", { class: "emblem accent waiting" }, icon(outlines.phone)),
        heading(says.heading),
        paragraph(says.text),
        actions(button(texts.back, leave, { kind: "plain" })),
      ),
    ],
  };
}

function inVain({ stage }: Phone, how: InVain, errand: SignInIntent): Promise<Step> {
  const notice = texts.ends[how];
  return new Promise((go) => {
    const shown = message(
      how === "expired" ? [outlines.clock, "quiet"] : [outlines.cross, "bad"],
      ...notice,
      button(texts.again, () => go({ to: "new-phone", ...errand })),
      button(texts.back, () => go({ to: "sign-in", ...errand }), { kind: "plain" }),
    );
    stage.show({ name: `new-phone-${how}`, title: notice[0], content: [brand(), shown] });
  });
}
