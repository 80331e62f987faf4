import { LoginError } from "../../../sdk/login-error.ts";
import { h } from "../../ui/dom.ts";
import { noticeLine } from "../../ui/components.ts";
import { NOTIFICATIONS_SWITCH, PHONE } from "../../ui/texts.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import {
  subscribe,
  unsubscribe,
  isSupported,
  isSubscribed,
  permission,
} from "./push-subscription.ts";

type State = "working" | "unsupported" | "blocked" | "off" | "on";

const texts = NOTIFICATIONS_SWITCH;

const EXPLAINED: Partial<Record<State, string>> = {
  unsupported: texts.unsupported,
  blocked: texts.blocked,
};

/**
 * The switch that turns push notifications on. It asks for the browser's permission when it is
 * tapped, not before.
 */
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
    // While it works, the switch keeps its previous position.
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
      // Only a part may have been done, so the state is read again.
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
  // Push API §3.5: the browser's push service can't be reached.
  const isAbort = error instanceof DOMException && error.name === "AbortError";
  return isAbort ? texts.notReachable : texts.failed;
}
