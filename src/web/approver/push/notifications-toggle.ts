import { LoginError } from "../../../sdk/login-error.ts";
import { h } from "../../ui/dom.ts";
import { noticeLine } from "../../ui/components.ts";
import { NOTICES_SWITCH, PHONE } from "../../ui/texts.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import {
  subscribe,
  unsubscribe,
  isSupported,
  isSubscribed,
  permission,
} from "./push-subscription.ts";

type State = "working" | "unsupported" | "blocked" | "off" | "on";

const texts = NOTICES_SWITCH;

const EXPLAINED: Partial<Record<State, string>> = {
  unsupported: texts.unsupported,
  blocked: texts.blocked,
};

/** The switch "tell me on this phone", for any place. It asks the browser's permission when it is tapped, never before. */
export function notificationsToggle(): HTMLElement {
  const notice = noticeLine();
  const hint = h("p", { class: "hint", id: "notices-hint" });
  const toggle = guardButton(
    h("button", {
      type: "button",
      role: "switch",
      class: "switch",
      "aria-label": texts.label,
      "aria-describedby": "notices-hint",
      click: () => void turn(),
    }),
  );
  const element = h(
    "section",
    { class: "notices-switch" },
    h("strong", {}, texts.label),
    toggle,
    hint,
    notice.element,
  );

  const show = (state: State) => {
    element.dataset["notices"] = state;
    toggle.disabled = state === "unsupported" || state === "blocked";
    toggle.ariaBusy = String(state === "working");
    // What is under way looks as what it was.
    if (state !== "working") toggle.ariaChecked = String(state === "on");
    toggle.textContent = state === "working" ? texts.working : texts[toggleText(state)];
    hint.textContent = EXPLAINED[state] ?? texts.hint;
  };

  const turn = async () => {
    const { notices: before } = element.dataset;
    if (before !== "on" && before !== "off") return;
    notice.show("");
    show("working");
    try {
      if (before === "on") await unsubscribe();
      else if (!(await isAllowed())) return show(await stateWhileOff());
      else await subscribe(document.documentElement.lang);
      show(before === "on" ? "off" : "on");
    } catch (error) {
      // Whatever came of it by half: what is so now is asked for anew.
      show(await stateNow().catch(() => before));
      notice.show(failureText(error));
    }
  };

  toggle.ariaChecked = "false";
  show("working");
  void stateNow().then(show, (error: unknown) => {
    show("off");
    notice.show(failureText(error));
  });
  return element;
}

const toggleText = (state: State) => (state === "on" ? "on" : "off");

async function isAllowed(): Promise<boolean> {
  return (await Notification.requestPermission()) === "granted";
}

async function stateNow(): Promise<State> {
  if (!isSupported()) return "unsupported";
  return (await isSubscribed()) ? "on" : await stateWhileOff();
}

async function stateWhileOff(): Promise<State> {
  return (await permission()) === "denied" ? "blocked" : "off";
}

function failureText(error: unknown): string {
  if (error instanceof LoginError) {
    return error.code === "network" ? PHONE.notices.network : texts.failed;
  }
  // Push API §3.5: what a browser says whose own push service doesn't answer.
  const isAbort = error instanceof DOMException && error.name === "AbortError";
  return isAbort ? texts.notReachable : texts.failed;
}
