import { byId } from "./dom.ts";
import { PHONE } from "./texts.ts";
import { ClickGuard, type Press } from "./click-guard.ts";

/**
 * Buttons that don't react to a click that was meant for another page. A guarded button is disabled
 * (by `aria-disabled`, so that it stays focusable) until it has been visible for a moment in a page
 * with the focus. After that, it reacts only to presses that start on it: see `ClickGuard`.
 */

interface Guarded {
  guard: ClickGuard;
  /** Enables the button at the end of its delay. */
  timer?: ReturnType<typeof setTimeout>;
}

const guarded = new WeakMap<HTMLButtonElement, Guarded>();
/** The guarded buttons that are visible now. */
const visible = new Map<HTMLButtonElement, Guarded>();
let observer: IntersectionObserver | undefined;
/** Whether the page is visible, and has the focus or was just pressed. */
let hasAttention = false;

/** Guards a button, and returns it. */
export function guardButton(button: HTMLButtonElement): HTMLButtonElement {
  observer ??= watchPage();
  guarded.set(button, { guard: new ClickGuard() });
  button.ariaDisabled = "true";
  observer.observe(button);
  return button;
}

/** Adds the listeners of the page, once for all guarded buttons. */
function watchPage(): IntersectionObserver {
  const capture = { capture: true };
  addEventListener("pointerdown", (event) => onPress(event, "pointerDown"), capture);
  addEventListener("mousedown", (event) => onPress(event, "mouseDown"), capture);
  addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" || event.key === " ") onPress(event, "keyDown");
    },
    capture,
  );
  // The click of a released key comes after `keyup`.
  addEventListener("keyup", () => setTimeout(() => notifyGuards("keyReleased")), capture);
  addEventListener("pointercancel", () => notifyGuards("pointerCancelled"), capture);
  addEventListener("click", onClick, capture);
  for (const event of ["focus", "blur", "pageshow", "pagehide"])
    addEventListener(event, updateAttention);
  document.addEventListener("visibilitychange", updateAttention);
  updateAttention();
  // A button less than a screen away counts as visible, so that the delay is over when the user has
  // scrolled to it.
  return new IntersectionObserver(onIntersection, { rootMargin: "100%" });
}

/** Buttons became visible or hidden: by scrolling, by `hidden`, or with their view. */
function onIntersection(entries: IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    const entry = target instanceof HTMLButtonElement && guarded.get(target);
    if (!entry) continue;
    if (isIntersecting) visible.set(target, entry);
    else visible.delete(target);
    update(target, entry);
  }
}

/** Updates whether the page has the user's attention. */
function updateAttention(event?: Event): void {
  const away = event?.type === "blur" || event?.type === "pagehide";
  hasAttention = !away && document.visibilityState === "visible" && document.hasFocus();
  updateAll();
}

function updateAll(): void {
  for (const [button, entry] of visible) update(button, entry);
}

/** Starts or stops the delay of a button, and enables the button at its end. */
function update(button: HTMLButtonElement, entry: Guarded): void {
  const now = performance.now();
  if (hasAttention && visible.has(button)) entry.guard.show(now);
  else entry.guard.hide();
  const remaining = entry.guard.remaining(now);
  button.ariaDisabled = String(remaining !== 0);
  clearTimeout(entry.timer);
  if (remaining) entry.timer = setTimeout(() => update(button, entry), Math.ceil(remaining));
}

function onPress(
  event: PointerEvent | MouseEvent | KeyboardEvent,
  type: "pointerDown" | "mouseDown" | "keyDown",
): void {
  // Not every browser reports the focus right after the user has switched to the page.
  if (event.isTrusted && document.visibilityState === "visible" && !hasAttention) {
    hasAttention = true;
    updateAll();
  }
  for (const [button, { guard }] of visible) {
    const press: Press = {
      onButton: isOn(button, event),
      at: event.timeStamp,
      trusted: event.isTrusted,
      repeat: event instanceof KeyboardEvent && event.repeat,
    };
    guard[type](press);
  }
  updateAll();
}

/** Enter in a field clicks the button of its form (HTML §4.10.21.2, implicit submission). */
function isOn(button: HTMLButtonElement, { target, type }: Event): boolean {
  if (!(target instanceof Element)) return false;
  if (button.contains(target)) return true;
  return type === "keydown" && target instanceof HTMLInputElement && target.form === button.form
    ? target.form !== null
    : false;
}

function notifyGuards(method: "keyReleased" | "pointerCancelled"): void {
  for (const { guard } of visible.values()) guard[method]();
}

/** Stops a click that doesn't count, before it reaches the button or its form. */
function onClick(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  for (const [other, { guard }] of visible) if (other !== button) guard.clickedElsewhere();
  const entry = button && guarded.get(button);
  if (!entry) return;
  const { timeStamp: at, isTrusted: trusted, detail } = event;
  if (entry.guard.accepts({ at, trusted, detail })) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // For assistive technology, which can click a button that isn't visible.
  button.scrollIntoView({ block: "nearest" });
  byId("status").textContent = PHONE.tooEarly;
}
