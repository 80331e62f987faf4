import { countDown } from "../ui/countdown.ts";
import { h } from "../ui/dom.ts";
import { SCREEN } from "../ui/texts.ts";
import type { LoginSession } from "../../sdk/login-session.ts";

/** The time left for a code. Its role is `timer`, so screen readers read it out only on request. */
export function countdown(login: LoginSession, signal: AbortSignal): HTMLElement {
  const bar = h("span", { class: "bar" });
  const label = h("span", {});
  const timer = h(
    "p",
    { class: "timer", role: "timer" },
    h("span", { class: "track" }, bar),
    label,
  );
  const lifetime = login.session.expires_in * 1000;
  countDown(
    () => login.timeLeft,
    signal,
    (seconds, time) => {
      label.textContent = SCREEN.expiresIn(time);
      bar.style.setProperty("--left", String(login.timeLeft / lifetime));
      timer.classList.toggle("soon", seconds <= 15);
    },
  );
  return timer;
}
