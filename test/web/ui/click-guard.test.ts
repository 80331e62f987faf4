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
/** A click of assistive technology, which presses nothing before. */
const assisted = (at: number) => click(at, 0);

describe("a click by a pointer", () => {
  it("counts when the pointer went down on the button after the moment was over", () => {
    guard.pointerDown(press(READY));
    guard.mouseDown(press(READY));
    expect(guard.accepts(click(READY + 80))).toBe(true);
  });

  it("doesn't count before the moment is over, and begins the moment anew", () => {
    guard.pointerDown(press(READY - 1));
    expect(guard.accepts(click(READY - 1))).toBe(false);
    expect(guard.remaining(READY)).toBe(SETTLE_TIME - 1);
  });

  it("doesn't count when the pointer went down before the moment was over, however long it is held", () => {
    guard.pointerDown(press(READY - 1));
    expect(guard.accepts(click(READY + 10_000))).toBe(false);
  });

  it("doesn't count when the pointer went down elsewhere, or was never seen to go down", () => {
    expect(guard.accepts(click(READY))).toBe(false);
    guard.pointerDown(press(READY, { onButton: false }));
    expect(guard.accepts(click(READY))).toBe(false);
  });

  it("doesn't count twice for one press, nor as the second of a double click", () => {
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

  it("doesn't count when a script made the click or the press", () => {
    guard.pointerDown(press(READY));
    expect(guard.accepts({ ...click(READY), trusted: false })).toBe(false);
    guard.pointerDown(press(READY, { trusted: false }));
    expect(guard.accepts(click(READY))).toBe(false);
  });

  it("doesn't count when the button or the page was out of sight since the press", () => {
    guard.pointerDown(press(READY));
    guard.hide();
    guard.show(READY);
    expect(guard.accepts(click(READY + SETTLE_TIME))).toBe(false);
  });

  it("doesn't count for a mouse event that a finger causes which came down too early", () => {
    guard.pointerDown(press(READY - 1));
    guard.mouseDown(press(READY + SETTLE_TIME));
    expect(guard.accepts(click(READY + SETTLE_TIME))).toBe(false);
  });
});

describe("a click by a keyboard", () => {
  it("counts when the key went down on the button after the moment was over", () => {
    guard.keyDown(press(READY));
    expect(guard.accepts(click(READY, 0))).toBe(true);
  });

  it.each<[string, Press]>([
    ["went down too early", press(READY - 1)],
    ["is held down since before", press(READY, { repeat: true })],
    ["went down elsewhere", press(READY, { onButton: false })],
  ])("doesn't count when the key %s", (_, pressed) => {
    guard.keyDown(pressed);
    expect(guard.accepts(click(READY + SETTLE_TIME, 0))).toBe(false);
  });

  it("counts again once the key was released and pressed anew", () => {
    guard.keyDown(press(READY, { repeat: true }));
    guard.keyReleased();
    guard.keyDown(press(READY + 100));
    expect(guard.accepts(click(READY + 100, 0))).toBe(true);
  });
});

describe("a click by assistive technology", () => {
  it("counts after the moment, without a pointer or a key", () => {
    expect(guard.accepts(assisted(READY - 1))).toBe(false);
    expect(guard.accepts(assisted(READY))).toBe(true);
  });

  it("counts after an earlier touch elsewhere, and after a key that was released", () => {
    guard.pointerDown(press(SHOWN, { onButton: false }));
    guard.keyDown(press(SHOWN, { onButton: false }));
    guard.keyReleased();
    expect(guard.accepts(assisted(READY))).toBe(true);
  });

  it("counts by a mouse event alone, as Firefox makes it", () => {
    guard.mouseDown(press(READY));
    expect(guard.accepts(click(READY))).toBe(true);
  });

  it.each<[string, (guard: ClickGuard) => void]>([
    ["a tap", (guard) => guard.clickedElsewhere()],
    ["scrolling", (guard) => guard.pointerCancelled()],
  ])("counts by a mouse event alone also after %s elsewhere", (_, end) => {
    guard.pointerDown(press(SHOWN, { onButton: false }));
    end(guard);
    guard.mouseDown(press(READY));
    expect(guard.accepts(click(READY))).toBe(true);
  });
});

describe("the moment", () => {
  it("begins when the button is in sight, and anew when it comes back into sight", () => {
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

  it("isn't begun anew by a press once it is over", () => {
    guard.pointerDown(press(READY, { onButton: false }));
    expect(guard.remaining(READY + 1)).toBe(0);
  });
});
