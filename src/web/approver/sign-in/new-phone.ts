import { h } from "../../ui/dom.ts";
import { icon } from "../../ui/icon.ts";
import * as icons from "../../ui/icons.ts";
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
import { countDown } from "../../ui/countdown.ts";
import { LoginError } from "../../../sdk/login-error.ts";
import type * as Sdk from "../../../sdk/index.ts";
import type { View } from "../../ui/view-host.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import { typedCode } from "../../ui/typed-code.ts";
import { PHONE_CLIENT_ID } from "../request/request-texts.ts";
import type { SignInIntent, Step, StepContext } from "../steps.ts";
import {
  followNewPhoneLogin,
  newPhoneFailure,
  type FailedLogin,
  type NewPhoneOutcome,
} from "./new-phone-login.ts";

const texts = ACCOUNT.newPhone;

/** Displays a code, as a login page does, and signs this phone in once another phone of the user has approved it. */
export async function newPhoneStep(context: StepContext, intent: SignInIntent): Promise<Step> {
  const over = new AbortController();
  context.views.renderDelayed({
    name: "loading",
    title: texts.heading,
    content: [brand(), busy(texts.starting)],
  });
  try {
    const outcome = await runLogin(context, over);
    if (outcome === "linked") return { to: "new-passkey", joinedBy: "linked", ...intent };
    if (outcome === "back") return { to: "sign-in", ...intent };
    return await failedStep(context, outcome, intent);
  } catch (error) {
    const failure = newPhoneFailure(error, navigator.onLine);
    if ("failed" in failure) return await failedStep(context, failure.failed, intent);
    return { to: "result", result: failure.retry, retry: { to: "new-phone", ...intent } };
  } finally {
    over.abort();
  }
}

/** @throws {LoginError} */
async function runLogin(
  { views, account }: StepContext,
  over: AbortController,
): Promise<NewPhoneOutcome> {
  const sdk = await loadSdk();
  try {
    const login = await sdk.startLogin({ clientId: PHONE_CLIENT_ID, dpop: false, userCode: false });
    const goBack = () => {
      void login.cancel();
      over.abort();
    };
    const { signal } = over;
    views.render(codeView(sdk, login, { signal, goBack }));
    return await followNewPhoneLogin({
      login,
      link: (redemption) => account.link(redemption),
      signal,
      onScanned: (digits) => views.render(scannedView(digits, goBack)),
      onApproved: () =>
        views.renderDelayed({
          name: "loading",
          title: texts.linking,
          content: [brand(), busy(texts.linking)],
        }),
    });
  } catch (error) {
    throw error instanceof sdk.LoginFailure ? toLoginError(error) : error;
  }
}

/** The SDK is a separate file, loaded only here. */
async function loadSdk(): Promise<typeof Sdk> {
  try {
    return await import("../../../sdk/index.ts");
  } catch (cause) {
    throw new LoginError("network", "The login client could not be loaded.", { cause });
  }
}

/** The SDK file has its own copy of the error class, which `instanceof` doesn't match here. */
function toLoginError({ code, message, status }: Sdk.LoginFailure): LoginError {
  return new LoginError(code, message, status === undefined ? {} : { status });
}

function codeView(
  sdk: typeof Sdk,
  login: Sdk.Login,
  { signal, goBack }: { signal: AbortSignal; goBack: () => void },
): View {
  const tile = h("div", { class: "tile" });
  void (async () => {
    for await (const link of login.codes(signal)) {
      tile.dataset["link"] = link;
      tile.replaceChildren(sdk.renderQr(link, texts.qr));
    }
  })();
  const timer = h("p", { class: "hint", role: "timer" });
  countDown(
    () => login.timeLeft,
    signal,
    (_, time) => (timer.textContent = texts.expires(time)),
  );
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
        h("div", { class: "code" }, tile, timer),
        h("div", { class: "by-hand" }, ...typedCode(login, texts)),
        actions(button(texts.back, goBack, { kind: "plain" })),
      ),
    ],
  };
}

/** Another phone has scanned the code. `digits` are displayed for number matching. */
function scannedView(digits: string | undefined, goBack: () => void): View {
  const { heading: title, text } = digits === undefined ? texts.scanned : texts.digits;
  const emblem = h("div", { class: "emblem accent waiting" }, icon(icons.phone));
  return {
    name: "new-phone-scanned",
    title,
    content: [
      brand(),
      h(
        "div",
        { class: "view message" },
        digits === undefined ? emblem : bigCode(digits),
        heading(title),
        paragraph(text),
        actions(button(texts.back, goBack, { kind: "plain" })),
      ),
    ],
  };
}

function failedStep(
  { views }: StepContext,
  failure: FailedLogin,
  intent: SignInIntent,
): Promise<Step> {
  const notice = texts.ends[failure];
  return new Promise((resolve) => {
    const content = message(
      failure === "expired" ? [icons.clock, "quiet"] : [icons.cross, "bad"],
      ...notice,
      button(texts.again, () => resolve({ to: "new-phone", ...intent })),
      button(texts.back, () => resolve({ to: "sign-in", ...intent }), { kind: "plain" }),
    );
    views.render({ name: `new-phone-${failure}`, title: notice[0], content: [brand(), content] });
  });
}
