import { h } from "../ui/dom.ts";
import { button } from "../ui/components.ts";
import type { TransportLane, Way } from "./transport-lane.ts";
import type { Line } from "./traffic-meter.ts";
import { amount, duration, fixed } from "./comparison.ts";
import { COMPARE, LOG, WAY } from "../ui/texts.ts";

/** One of the four screens. */
export class LaneView {
  readonly element: HTMLElement;
  #name: string;
  #verdict = h("p", { class: "verdict" });
  #bar = h("span", { class: "bar" });
  #facts: Record<string, HTMLElement> = {};
  #log: HTMLElement;
  #items: HTMLLIElement[] = [];
  #cut: HTMLButtonElement;

  constructor(way: Way, cut: () => void) {
    const { name, text } = WAY[way];
    this.#name = name;
    this.#cut = button(COMPARE.cut, cut, { kind: "plain" });
    this.#cut.setAttribute("aria-label", COMPARE.cutOne(name));
    // A scrollable element must be reachable by keyboard.
    const label = COMPARE.log(name);
    this.#log = h("ol", { class: "log", tabindex: "0", role: "list", "aria-label": label });
    this.element = h(
      "section",
      { class: "lane", "data-way": way, "aria-labelledby": `way-${way}` },
      h("h3", { id: `way-${way}` }, name),
      h("p", { class: "hint" }, text),
      this.#verdict,
      h("div", { class: "track" }, this.#bar),
      h("dl", { class: "facts" }, ...this.#factsOf(way)),
      this.#log,
      this.#cut,
    );
  }

  get name(): string {
    return this.#name;
  }

  /**
   * `behind`: milliseconds by which it was later than the first; `most`: those of the latest so
   * far; `callback`: those of its site's callback.
   */
  show(lane: TransportLane, { behind, most, callback }: Behind): void {
    const { element } = this;
    element.dataset["connection"] = lane.connection;
    element.dataset["status"] = lane.status;
    element.dataset["order"] = behind === undefined ? "no" : behind === 0 ? "first" : "later";
    if (behind !== undefined) element.dataset["behind"] = String(behind);
    this.#verdict.textContent = verdict(lane, behind);
    this.#bar.style.setProperty("--left", String(share(behind, most)));

    const { meter } = lane;
    const [spoken, displayed] = COMPARE.payload(amount(meter.down), amount(meter.up));
    this.#fact("connection", connectionOf(lane));
    this.#fact("requests", String(meter.requests));
    this.#facts["payload"]?.replaceChildren(
      h("span", { class: "visually-hidden" }, spoken),
      h("span", { "aria-hidden": "true" }, displayed),
    );
    this.#fact("reconnected", COMPARE.reconnected(lane.reconnects));
    this.#fact("called", callbackTime(callback));
    Object.assign(element.dataset, { requests: meter.requests, down: meter.down, up: meter.up });
    this.#write(meter.lines);
    // Not `disabled`, so that the button keeps the focus.
    this.#cut.setAttribute("aria-disabled", String(lane.isOver));
  }

  #factsOf(way: Way): HTMLElement[] {
    const { called, ...others } = COMPARE.facts;
    const facts = way === "callback" ? { ...others, called } : others;
    return Object.entries(facts).flatMap(([key, label]) => {
      const value = h("dd", { "data-fact": key });
      this.#facts[key] = value;
      return [h("dt", {}, label), value];
    });
  }

  #fact(key: string, text: string): void {
    const element = this.#facts[key];
    if (element && element.textContent !== text) element.textContent = text;
  }

  /** Lines are only appended, and only the last one changes. */
  #write(lines: readonly Line[]): void {
    const log = this.#log;
    const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8;
    for (const [index, line] of lines.entries()) {
      if (index < this.#items.length - 1) continue;
      const item = this.#items[index] ?? log.appendChild(h("li", {}));
      this.#items[index] = item;
      item.dataset["direction"] = line.direction;
      item.replaceChildren(...lineParts(line));
    }
    if (wasAtEnd) log.scrollTop = log.scrollHeight;
  }
}

export interface Behind {
  behind: number | undefined;
  most: number;
  callback: number | undefined;
}

const ARROWS: Record<Line["direction"], [displayed: string, spoken: string]> = {
  up: ["↑", LOG.up],
  down: ["↓", LOG.down],
  connection: ["·", ""],
};

function lineParts({ direction, text, bytes, times, at }: Line): Node[] {
  const [arrow, spoken] = ARROWS[direction];
  const details = [
    COMPARE.seconds(fixed(at / 1000, 1)),
    ...(bytes > 0 ? [amount(bytes)] : []),
    ...(times > 1 ? [COMPARE.times(times)] : []),
  ];
  return [
    h("span", { class: "arrow", "aria-hidden": "true" }, arrow),
    h("span", { class: "visually-hidden" }, spoken),
    h("code", {}, text),
    h("small", {}, details.join(" · ")),
  ];
}

function verdict({ isOver, status }: TransportLane, behind: number | undefined): string {
  if (behind === 0) return COMPARE.first;
  if (behind !== undefined) return COMPARE.later(duration(behind));
  if (isOver) return COMPARE.never;
  return status === "scanned" ? COMPARE.scannedShort : COMPARE.waiting;
}

function connectionOf({ connection, way }: TransportLane): string {
  return connection === "connected" ? WAY[way].connected : COMPARE.connection[connection];
}

/** It may be negative, since it is measured by another clock. */
function callbackTime(callback: number | undefined): string {
  return callback === undefined
    ? COMPARE.notYet
    : COMPARE.called(callback, duration(Math.abs(callback)));
}

/** The share of the slowest screen's time, with a minimum that is visible. */
function share(behind: number | undefined, most: number): number {
  if (behind === undefined) return 0;
  return most === 0 ? 1 : Math.max(0.012, behind / most);
}
