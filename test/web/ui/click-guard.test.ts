import { beforeEach, describe, expect, it } from "vitest";
import { ClickGuard, SETTLE_TIME, type Press } from "../../../src/web/ui/click-guard.ts";

const SHOWN = 1000;
const READY = SHOWN + SETTLE_TIME;

let guard: ClickGuard;
beforeEach(() => {
  guard = new ClickGuard();
  guard.show(SHOWN);
});

const press = (at: number, more: Partial<Press> = {}): Press => ({
  onButton: true,
  at,
  trusted: true,
  ...more,
});
const click = (at: number, detail = 1) => ({ at, trusted: true, detail });
/** A click of assistive technology, without a press. */
const assisted = (at: number) => click(at, 0);

describe("a click by a pointer", () => {
  it("accepts a click whose pointer went down on the button after the delay", () => {
    guard.pointerDown(press(READY));
    guard.mouseDown(press(READY));
    expect(guard.accepts(click(READY + 80))).toBe(true);
  });

  it("rejects a click during the delay and starts the delay again", () => {
    guard.pointerDown(press(READY - 1));
    expect(guard.accepts(click(READY - 1))).toBe(false);
    expect(guard.remaining(READY)).toBe(SETTLE_TIME - 1);
  });

  it("rejects a click whose pointer went down during the delay, however long it is held", () => {
    guard.pointerDown(press(READY - 1));
    expect(guard.accepts(click(READY + 10_000))).toBe(false);
  });

  it("rejects a click whose pointer went down elsewhere or not at all", () => {
    expect(guard.accepts(click(READY))).toBe(false);
    guard.pointerDown(press(READY, { onButton: false }));
    expect(guard.accepts(click(READY))).toBe(false);
  });

  it("rejects a second click of one press and the second click of a double click", () => {
    guard.pointerDown(press(READY));
    expect(guard.accepts(click(READY))).toBe(true);
    expect(guard.accepts(click(READY))).toBe(false);
    guard.pointerDown(press(READY + 100));
    expect(guard.accepts(click(READY + 100, 2))).toBe(false);
  });

  it("never accepts a click of somebody who clicks without a pause [RFC9700-4.16/2]", () => {
    for (let at = SHOWN; at < SHOWN + 20 * SETTLE_TIME; at += SETTLE_TIME - 1) {
      guard.pointerDown(press(at, { onButton: at % 2 === 0 }));
      expect(guard.accepts(click(at))).toBe(false);
    }
  });

  it("rejects a click or a press that a script made", () => {
    guard.pointerDown(press(READY));
    expect(guard.accepts({ ...click(READY), trusted: false })).toBe(false);
    guard.pointerDown(press(READY, { trusted: false }));
    expect(guard.accepts(click(READY))).toBe(false);
  });

  it("rejects a click if the button or the page was hidden since the press", () => {
    guard.pointerDown(press(READY));
    guard.hide();
    guard.show(READY);
    expect(guard.accepts(click(READY + SETTLE_TIME))).toBe(false);
  });

  it("rejects a click whose touch started during the delay, although its mouse event comes later", () => {
    guard.pointerDown(press(READY - 1));
    guard.mouseDown(press(READY + SETTLE_TIME));
    expect(guard.accepts(click(READY + SETTLE_TIME))).toBe(false);
  });
});

describe("a click by a keyboard", () => {
  it("accepts a click whose key went down on the button after the delay", () => {
    guard.keyDown(press(READY));
    expect(guard.accepts(click(READY, 0))).toBe(true);
  });

  it.each<[string, Press]>([
    ["went down too early", press(READY - 1)],
    ["is held down since before", press(READY, { repeat: true })],
    ["went down elsewhere", press(READY, { onButton: false })],
  ])("rejects a click by a key that %s", (_, pressed) => {
    guard.keyDown(pressed);
    expect(guard.accepts(click(READY + SETTLE_TIME, 0))).toBe(false);
  });

  it("accepts a click after the key was released and pressed again", () => {
    guard.keyDown(press(READY, { repeat: true }));
    guard.keyReleased();
    guard.keyDown(press(READY + 100));
    expect(guard.accepts(click(READY + 100, 0))).toBe(true);
  });
});

describe("a click by assistive technology", () => {
  it("accepts a click of assistive technology after the delay, without a press", () => {
    expect(guard.accepts(assisted(READY - 1))).toBe(false);
    expect(guard.accepts(assisted(READY))).toBe(true);
  });

  it("accepts a click of assistive technology after an earlier touch elsewhere and a released key", () => {
    guard.pointerDown(press(SHOWN, { onButton: false }));
    guard.keyDown(press(SHOWN, { onButton: false }));
    guard.keyReleased();
    expect(guard.accepts(assisted(READY))).toBe(true);
  });

  it("accepts a click with a mouse event alone, as Firefox sends it for screen readers", () => {
    guard.mouseDown(press(READY));
    expect(guard.accepts(click(READY))).toBe(true);
  });

  it.each<[string, (guard: ClickGuard) => void]>([
    ["a tap", (guard) => guard.clickedElsewhere()],
    ["scrolling", (guard) => guard.pointerCancelled()],
  ])("accepts a click with a mouse event alone after %s elsewhere", (_, end) => {
    guard.pointerDown(press(SHOWN, { onButton: false }));
    end(guard);
    guard.mouseDown(press(READY));
    expect(guard.accepts(click(READY))).toBe(true);
  });
});

describe("the moment", () => {
  it("starts the delay when the button becomes visible, and again when it is shown again", () => {
    guard = new ClickGuard();
    expect(guard.remaining(READY)).toBeUndefined();
    expect(guard.accepts(assisted(READY))).toBe(false);
    guard.show(SHOWN);
    guard.show(SHOWN + 100);
    expect(guard.remaining(SHOWN + 100)).toBe(SETTLE_TIME - 100);
    guard.hide();
    guard.show(READY);
    expect(guard.remaining(READY)).toBe(SETTLE_TIME);
  });

  it("doesn't start the delay again for a press after it", () => {
    guard.pointerDown(press(READY, { onButton: false }));
    expect(guard.remaining(READY + 1)).toBe(0);
  });
});
