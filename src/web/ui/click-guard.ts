/** Milliseconds that a guarded button must have been in sight, undisturbed, before it acts. */
export const SETTLE_TIME = 700;

/** A pointer or a key that went down somewhere in the page. */
export interface Press {
  /** On the guarded button itself. */
  onButton: boolean;
  /** `Event.timeStamp`. */
  at: number;
  /** `Event.isTrusted`: the person did it, not a script. */
  trusted: boolean;
  /** `KeyboardEvent.repeat`: the key is held down. */
  repeat?: boolean;
}

/** A click on the guarded button. */
export interface Click {
  at: number;
  trusted: boolean;
  /** `UIEvent.detail`: which click of a row it is, for a pointer; 0 for a keyboard or assistive technology. */
  detail: number;
}

/**
 * Decides whether a click on a button was meant for it. Another site can put our page under the pointer
 * in the middle of a double click (RFC 9700 §4.16), or while a key is held. So a click only counts when
 *
 * - the button was in sight for a moment, in which nothing was pressed, and
 * - the pointer or key went down on the button itself, after that moment.
 *
 * Assistive technology clicks without either. Such a click has no `detail`, and counts after that moment.
 *
 * It has no clock: all times are passed in, on the time line of `Event.timeStamp`.
 */
export class ClickGuard {
  /** Since when the button has been in sight undisturbed. Undefined while it is not in sight. */
  #since: number | undefined;
  /** Whether the last press was deliberate; undefined where there was none since the last click. */
  #pointer: boolean | undefined;
  /** The same of the key that is down. */
  #key: boolean | undefined;

  /** The button is in sight, in a page that has the focus. */
  show(now: number): void {
    this.#since ??= now;
  }

  /** It isn't any more: the moment begins anew when it is shown again. */
  hide(): void {
    this.#since = this.#pointer = this.#key = undefined;
  }

  /** Milliseconds until a click may count; undefined while the button is not in sight. */
  remaining(now: number): number | undefined {
    return this.#since === undefined ? undefined : Math.max(0, this.#since + SETTLE_TIME - now);
  }

  pointerDown(press: Press): void {
    this.#pointer = this.#isDeliberate(press);
  }

  /**
   * Firefox gives screen readers a mouse without a pointer, so a lone `mousedown` counts as a press.
   * Otherwise the pointer event before it decides.
   */
  mouseDown(press: Press): void {
    this.#pointer ??= this.#isDeliberate(press);
  }

  /** The pointer began to scroll, or left: no click follows. */
  pointerCancelled(): void {
    this.#pointer = undefined;
  }

  /** Only for keys that press buttons. */
  keyDown(press: Press): void {
    this.#key = this.#isDeliberate(press) && press.repeat !== true;
  }

  /** To be called after the click that a key causes when it is released. */
  keyReleased(): void {
    this.#key = undefined;
  }

  /** A click elsewhere in the page. */
  clickedElsewhere(): void {
    this.#pointer = undefined;
  }

  /** Whether the click counts. It uses up the press that led to it. */
  accepts({ at, trusted, detail }: Click): boolean {
    const [pointer, key] = [this.#pointer, this.#key];
    this.#pointer = undefined;
    if (!trusted || this.remaining(at) !== 0) return false;
    // The second click of a row was begun by one that was meant for something else.
    return detail === 0 ? key !== false : detail === 1 && pointer === true;
  }

  #isDeliberate({ onButton, at, trusted }: Press): boolean {
    if (this.remaining(at) === 0) return onButton && trusted;
    // Whoever clicks all the time is not reading.
    if (this.#since !== undefined) this.#since = Math.max(this.#since, at);
    return false;
  }
}
