/** Milliseconds that a guarded button must have been visible, without any press, before it reacts. */
export const SETTLE_TIME = 700;

/** A pointer or key press anywhere in the page. */
export interface Press {
  /** Whether the target is the guarded button. */
  onButton: boolean;
  /** `Event.timeStamp`. */
  at: number;
  /** `Event.isTrusted`: made by the user, not by a script. */
  trusted: boolean;
  /** `KeyboardEvent.repeat`: the key is held down. */
  repeat?: boolean;
}

/** A click on the guarded button. */
export interface Click {
  at: number;
  trusted: boolean;
  /**
   * `UIEvent.detail`: for a pointer the number of clicks in a row, and 0 for a keyboard or
   * assistive technology.
   */
  detail: number;
}

/**
 * Decides whether a click on a button was meant for it. Another site can place this page under the pointer
 * during a double click (RFC 9700 §4.16), or while a key is held down. So a click counts only if
 *
 * - the button was visible for a moment in which nothing was pressed, and
 * - the pointer or key went down on the button itself, after that moment.
 *
 * Assistive technology clicks without a press. Such a click has no `detail`, and counts after that moment.
 *
 * It has no clock: all times are arguments, on the timeline of `Event.timeStamp`.
 */
export class ClickGuard {
  /** Since when the button has been visible without any press. Undefined while it is not visible. */
  #since: number | undefined;
  /** Whether the last pointer press was deliberate. Undefined if there was none since the last click. */
  #pointer: boolean | undefined;
  /** The same for the key that is down. */
  #key: boolean | undefined;

  /** The button is visible, in a page that has the focus. */
  show(now: number): void {
    this.#since ??= now;
  }

  /** The button is no longer visible. The delay starts again when it is shown. */
  hide(): void {
    this.#since = this.#pointer = this.#key = undefined;
  }

  /** Milliseconds until a click may count. Undefined while the button is not visible. */
  remaining(now: number): number | undefined {
    return this.#since === undefined ? undefined : Math.max(0, this.#since + SETTLE_TIME - now);
  }

  pointerDown(press: Press): void {
    this.#pointer = this.#isDeliberate(press);
  }

  /**
   * With a screen reader, Firefox sends mouse events without pointer events, so a `mousedown` alone
   * counts as a press. Otherwise the preceding pointer event decides.
   */
  mouseDown(press: Press): void {
    this.#pointer ??= this.#isDeliberate(press);
  }

  /** The pointer started to scroll, or left: no click follows. */
  pointerCancelled(): void {
    this.#pointer = undefined;
  }

  /** Only for keys that click buttons. */
  keyDown(press: Press): void {
    this.#key = this.#isDeliberate(press) && press.repeat !== true;
  }

  /** To be called after the click that releasing a key causes. */
  keyReleased(): void {
    this.#key = undefined;
  }

  /** A click elsewhere in the page. */
  clickedElsewhere(): void {
    this.#pointer = undefined;
  }

  /** Whether the click counts. It uses up the press before it. */
  accepts({ at, trusted, detail }: Click): boolean {
    const [pointer, key] = [this.#pointer, this.#key];
    this.#pointer = undefined;
    if (!trusted || this.remaining(at) !== 0) return false;
    // The second click of a double click started with one that was meant for something else.
    return detail === 0 ? key !== false : detail === 1 && pointer === true;
  }

  #isDeliberate({ onButton, at, trusted }: Press): boolean {
    if (this.remaining(at) === 0) return onButton && trusted;
    // A press while the delay runs starts it again, so that continuous clicking never succeeds.
    if (this.#since !== undefined) this.#since = Math.max(this.#since, at);
    return false;
  }
}
