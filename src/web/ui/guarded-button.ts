import { byId } from "./dom.ts";
import { PHONE } from "./texts.ts";
import { ClickGuard, type Press } from "./click-guard.ts";

/**
 * Buttons that a click meant for another page must not press. A guarded button is disabled
 * (`aria-disabled`, so that the keyboard still reaches it) until it has been in sight for a moment in a
 * page that has the focus, and takes only a press that began on it after that: see `ClickGuard`.
 */

interface Guarded {
  guard: ClickGuard;
  /** Enables it when its moment is over. */
  timer?: ReturnType<typeof setTimeout>;
}

const guarded = new WeakMap<HTMLButtonElement, Guarded>();
/** The guarded buttons that are on the screen now. */
const inSight = new Map<HTMLButtonElement, Guarded>();
let observer: IntersectionObserver | undefined;
/** Whether the page is looked at: it is visible, and has the focus or was just touched. */
let attended = false;

/** Guards a button, and gives it back. */
export function guardButton(button: HTMLButtonElement): HTMLButtonElement {
  observer ??= watchPage();
  guarded.set(button, { guard: new ClickGuard() });
  button.ariaDisabled = "true";
  observer.observe(button);
  return button;
}

/** Listens to the whole page, once for all guarded buttons. */
function watchPage(): IntersectionObserver {
  const capture = { capture: true };
  addEventListener("pointerdown", (event) => pressed(event, "pointerDown"), capture);
  addEventListener("mousedown", (event) => pressed(event, "mouseDown"), capture);
  addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" || event.key === " ") pressed(event, "keyDown");
    },
    capture,
  );
  // A key that is released may click only afterwards.
  addEventListener("keyup", () => setTimeout(() => tellAll("keyReleased")), capture);
  addEventListener("pointercancel", () => tellAll("pointerCancelled"), capture);
  addEventListener("click", clicked, capture);
  for (const event of ["focus", "blur", "pageshow", "pagehide"]) addEventListener(event, attend);
  document.addEventListener("visibilitychange", attend);
  attend();
  // What is less than a screen away counts as in sight: who scrolls to it doesn't have to wait there.
  return new IntersectionObserver(moved, { rootMargin: "100%" });
}

/** Buttons came into sight, or went out of it: by scrolling, because they are hidden, or with their view. */
function moved(entries: IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    const entry = target instanceof HTMLButtonElement && guarded.get(target);
    if (!entry) continue;
    if (isIntersecting) inSight.set(target, entry);
    else inSight.delete(target);
    update(target, entry);
  }
}

/** Looks anew at whether the page is looked at. */
function attend(event?: Event): void {
  const away = event?.type === "blur" || event?.type === "pagehide";
  attended = !away && document.visibilityState === "visible" && document.hasFocus();
  updateAll();
}

function updateAll(): void {
  for (const [button, entry] of inSight) update(button, entry);
}

/** Begins or ends the moment for which a button is in sight, and enables it when that is over. */
function update(button: HTMLButtonElement, entry: Guarded): void {
  const now = performance.now();
  if (attended && inSight.has(button)) entry.guard.show(now);
  else entry.guard.hide();
  const remaining = entry.guard.remaining(now);
  button.ariaDisabled = String(remaining !== 0);
  clearTimeout(entry.timer);
  if (remaining) entry.timer = setTimeout(() => update(button, entry), Math.ceil(remaining));
}

function pressed(
  event: PointerEvent | MouseEvent | KeyboardEvent,
  type: "pointerDown" | "mouseDown" | "keyDown",
): void {
  // Not every browser says that a page has the focus which somebody has only just come to.
  if (event.isTrusted && document.visibilityState === "visible" && !attended) {
    attended = true;
    updateAll();
  }
  for (const [button, { guard }] of inSight) {
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

/** Enter in a field presses the button of its form (HTML §4.10.21.2, implicit submission). */
function isOn(button: HTMLButtonElement, { target, type }: Event): boolean {
  if (!(target instanceof Element)) return false;
  if (button.contains(target)) return true;
  return type === "keydown" && target instanceof HTMLInputElement && target.form === button.form
    ? target.form !== null
    : false;
}

function tellAll(what: "keyReleased" | "pointerCancelled"): void {
  for (const { guard } of inSight.values()) guard[what]();
}

/** A click that doesn't count reaches neither the button nor its form. */
function clicked(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  for (const [other, { guard }] of inSight) if (other !== button) guard.clickedElsewhere();
  const entry = button && guarded.get(button);
  if (!entry) return;
  const { timeStamp: at, isTrusted: trusted, detail } = event;
  if (entry.guard.accepts({ at, trusted, detail })) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // For who clicks by assistive technology, perhaps on what is out of sight.
  button.scrollIntoView({ block: "nearest" });
  byId("status").textContent = PHONE.tooEarly;
}
