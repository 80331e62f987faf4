/** A queue of messages that a Durable Object sends, with retries. */
export interface Outgoing {
  /** When a message is due next, in milliseconds since the epoch; undefined if none is queued. */
  nextDue(): number | undefined;
  /**
   * Starts to send what is due, and resolves when every receiver has answered; undefined if nothing
   * is due.
   */
  sendDue(now: number): Promise<void> | undefined;
}

/** What a Durable Object does at certain times, apart from sending messages. */
export interface Deadlines {
  /** The next such time, in milliseconds since the epoch; `Infinity` if there is none. */
  nextDeadline(now: number): number;
  /** Called when no deadline and no message is left: deletes what is stored. */
  purge(): Promise<void>;
}

/**
 * The alarm of a Durable Object, which has only one. It is set for the earliest of all deadlines
 * and queued messages.
 */
export class AlarmScheduler {
  readonly #ctx: DurableObjectState;
  readonly #outgoing: readonly Outgoing[];
  readonly #deadlines: Deadlines;

  constructor(ctx: DurableObjectState, outgoing: readonly Outgoing[], deadlines: Deadlines) {
    this.#ctx = ctx;
    this.#outgoing = outgoing;
    this.#deadlines = deadlines;
  }

  /**
   * Sends what is due and sets the alarm for the next attempt in the same turn, so that a reset
   * loses no message. Does not wait for the answers.
   */
  async sendDue(now: number): Promise<void> {
    for (const outgoing of this.#outgoing) {
      const answered = outgoing.sendDue(now);
      if (answered) this.#ctx.waitUntil(answered.then(() => this.setAlarm(Date.now())));
    }
    await this.setAlarm(now);
  }

  /** Sets the alarm for whatever comes next. Purges the object if nothing does. */
  async setAlarm(now: number): Promise<void> {
    const next = Math.min(this.#deadlines.nextDeadline(now), this.nextAttempt());
    if (next === Infinity) await this.#deadlines.purge();
    else await this.#ctx.storage.setAlarm(next);
  }

  /**
   * Called after a write that adds a deadline or a message. An alarm that is set for an earlier
   * time stays as it is, since each setting is a row written; it is set again when it comes.
   */
  async schedule(deadline: number, now: number): Promise<void> {
    if (this.nextAttempt() !== Infinity) return this.sendDue(now);
    const current = await this.#ctx.storage.getAlarm();
    if (current === null || deadline < current) await this.#ctx.storage.setAlarm(deadline);
  }

  /** When a message is due next; `Infinity` if none is queued. */
  nextAttempt(): number {
    return Math.min(...this.#outgoing.map((outgoing) => outgoing.nextDue() ?? Infinity));
  }
}
