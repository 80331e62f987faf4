import { h } from "../../ui/dom.ts";
import { PHONE } from "../../ui/texts.ts";
import { serverNow } from "../api.ts";

/** How long there is to decide; calls back when the time is over. */
export function deadline(expiresAt: number, signal: AbortSignal, onEnd: () => void): HTMLElement {
  const timer = h("span", { role: "timer" });
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((expiresAt - serverNow()) / 1000));
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    timer.textContent = PHONE.request.expires(time);
    if (seconds === 0) onEnd();
  };
  const ticking = setInterval(tick, 1000);
  signal.addEventListener("abort", () => clearInterval(ticking));
  tick();
  return timer;
}
