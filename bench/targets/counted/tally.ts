import type { Tally } from "./counts.ts";

type Cause = "requests" | "alarms" | "socketMessages";

/** The counts of one object. They survive the eviction of the object, as long as the process runs. */
export class Meter {
  /** Everything except running calls. */
  readonly tally: Tally;
  #underway = 0;
  #since = 0;
  #cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];

  constructor(className: string, id: string) {
    this.tally = {
      className,
      id,
      constructions: 0,
      requests: 0,
      alarms: 0,
      socketMessages: 0,
      awake: 0,
      rowsRead: 0,
      rowsWritten: 0,
      wipes: 0,
    };
  }

  /** Starts an activity that keeps the object awake until the returned function is called. */
  begin(cause?: Cause): () => void {
    if (cause) this.tally[cause]++;
    if (this.#underway++ === 0) this.#since = performance.now();
    return () => {
      if (--this.#underway > 0) return;
      this.tally.awake += performance.now() - this.#since;
      this.#readCursors();
    };
  }

  /** The counts until now, including the time of running calls. */
  reading(): Tally {
    const running = this.#underway > 0 ? performance.now() - this.#since : 0;
    return { ...this.tally, awake: this.tally.awake + running };
  }

  read(rows: number): void {
    this.tally.rowsRead += rows;
  }

  wrote(rows: number): void {
    this.tally.rowsWritten += rows;
  }

  /** A cursor knows its number of rows only after it was read to the end. */
  watch(cursor: SqlStorageCursor<Record<string, SqlStorageValue>>): void {
    this.#cursors.push(cursor);
  }

  #readCursors(): void {
    for (const { rowsRead, rowsWritten } of this.#cursors.splice(0)) {
      this.read(rowsRead);
      this.wrote(rowsWritten);
    }
  }
}

const meters = new Map<string, Meter>();

export function meterOf(className: string, { id }: DurableObjectState): Meter {
  const name = id.toString();
  const key = `${className} ${name}`;
  const meter = meters.get(key) ?? new Meter(className, name);
  meters.set(key, meter);
  return meter;
}

/** The counts of all objects since the start of the process. */
export function tallies(): Tally[] {
  return Array.from(meters.values(), (meter) => meter.reading());
}
