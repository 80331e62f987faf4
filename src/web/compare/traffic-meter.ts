/** One line of what went over the wire. */
export interface Line {
  /** From the page, to the page, or what became of the connection itself. */
  direction: "up" | "down" | "connection";
  text: string;
  /** Payload. */
  bytes: number;
  /** How often in a row the same was said. */
  times: number;
  /** Milliseconds since the wait began: the newest time. */
  at: number;
}

/** Lines that are kept; more than a wait makes, unless it is cut again and again. */
const MAX_LINES = 200;

/** What one screen's traffic comes to. Bytes are payload, as a page can see it. */
export class TrafficMeter {
  requests = 0;
  up = 0;
  down = 0;
  readonly lines: Line[] = [];
  #now: () => number;
  #changed: () => void;

  /** `now` is the time since the wait began. */
  constructor(now: () => number, changed: () => void) {
    this.#now = now;
    this.#changed = changed;
  }

  request(): void {
    this.requests++;
    this.#changed();
  }

  sent(bytes: number): void {
    this.up += bytes;
    this.#changed();
  }

  received(bytes: number): void {
    this.down += bytes;
    this.#changed();
  }

  /** Writes a line down; one that says the same as the last is counted there. */
  log(direction: Line["direction"], text: string, bytes = 0): void {
    const last = this.lines.at(-1);
    const at = this.#now();
    if (last?.direction === direction && last.text === text) {
      Object.assign(last, { at, times: last.times + 1, bytes: last.bytes + bytes });
    } else if (this.lines.length < MAX_LINES) {
      this.lines.push({ direction, text, bytes, times: 1, at });
    }
    this.#changed();
  }
}
