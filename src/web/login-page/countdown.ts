import { h } from "../ui/dom.ts";
import { SCREEN } from "../ui/texts.ts";
import type { ShownLogin } from "../../sdk/index.ts";

/**
 * How long the code works: for whoever looks, or asks. It isn't announced by itself, which is what
 * the role `timer` means.
 */
export function countdown(login: ShownLogin, signal: AbortSignal): HTMLElement {
  const bar = h("span", { class: "bar" });
  const label = h("span", {});
  const timer = h(
    "p",
    { class: "timer", role: "timer" },
    h("span", { class: "track" }, bar),
    label,
  );

  const lifetime = login.session.expires_in * 1000;
  const tick = () => {
    const left = login.timeLeft;
    const seconds = Math.ceil(left / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    label.textContent = SCREEN.expiresIn(time);
    bar.style.setProperty("--left", String(left / lifetime));
    timer.classList.toggle("soon", seconds <= 15);
  };
  const ticking = setInterval(tick, 1000);
  signal.addEventListener("abort", () => clearInterval(ticking));
  tick();
  return timer;
}
