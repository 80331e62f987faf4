import type { AccountStore } from "./account-store.ts";
import type { AuditLog } from "./audit-log/audit-log.ts";
import type { LoginRegistry } from "./logins/login-registry.ts";

/** What waits to be sent. */
export interface Outgoing {
  /** When something is to be done next, or undefined where nothing waits. */
  nextDue(): number | undefined;
  sendDue(now: number): Promise<void> | undefined;
}

/** What an account has to do at some time: to tell clients and phones, and to forget. It has one alarm for all of it. */
export class AlarmScheduler {
  readonly #ctx: DurableObjectState;
  readonly #store: AccountStore;
  readonly #outgoing: readonly Outgoing[];
  readonly #parts: readonly (LoginRegistry | AuditLog)[];

  constructor(
    ctx: DurableObjectState,
    store: AccountStore,
    outgoing: readonly Outgoing[],
    parts: readonly (LoginRegistry | AuditLog)[],
  ) {
    this.#ctx = ctx;
    this.#store = store;
    this.#outgoing = outgoing;
    this.#parts = parts;
  }

  /** The alarm has come, or everything was deleted. */
  async work(now: number): Promise<void> {
    for (const part of this.#parts) part.forget(now);
    await this.#deliver(now);
  }

  /**
   * Something was written that is to be forgotten at `instant` or later; or put into the outbox, to be
   * sent. An alarm that comes sooner arms itself again, so only the first such write of an account
   * arms one, and costs a row for it.
   */
  async settle(instant: number, now: number): Promise<void> {
    if (this.#nextDue() !== Infinity) return this.#deliver(now);
    const armed = await this.#ctx.storage.getAlarm();
    if (armed === null || instant < armed) await this.#ctx.storage.setAlarm(instant);
  }

  /**
   * Sends what is due. That it will be tried again is on disk with what it tells of: the outbox and
   * the alarm are written in the same turn. Nobody waits for the answers.
   */
  async #deliver(now: number): Promise<void> {
    for (const outgoing of this.#outgoing) {
      const answered = outgoing.sendDue(now);
      if (answered) this.#ctx.waitUntil(answered.then(() => this.#rearm()));
    }
    await this.#rearm();
  }

  /** Arms the alarm for what comes next, in the turn that calls. Where nothing is kept any more, leaves nothing. */
  async #rearm(): Promise<void> {
    const forgettings = this.#parts.map((part) => part.nextForgetting());
    const next = Math.min(...forgettings, this.#nextDue());
    if (Number.isFinite(next)) await this.#ctx.storage.setAlarm(next);
    else if (this.#store.isEmpty) await this.#ctx.storage.deleteAll();
  }

  #nextDue(): number {
    return Math.min(...this.#outgoing.map((outgoing) => outgoing.nextDue() ?? Infinity));
  }
}
