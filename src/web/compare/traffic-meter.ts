/** One line of the log. */
export interface Line {
  /** From the page, to the page, or about the connection itself. */
  direction: "up" | "down" | "connection";
  text: string;
  /** Of the payload. */
  bytes: number;
  /** How many times in a row the same line was logged. */
  times: number;
  /** Milliseconds since the start: the latest time. */
  at: number;
}

/** The maximum number of lines, which only many cuts can reach. */
const MAX_LINES = 200;

/** The traffic of one screen. Bytes are those of the payload, as a page can see it. */
export class TrafficMeter {
  requests = 0;
  up = 0;
  down = 0;
  readonly lines: Line[] = [];
  #now: () => number;
  #changed: () => void;

  /** `now`: milliseconds since the start. */
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

  /** Logs a line. A repetition of the last line is counted there. */
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
