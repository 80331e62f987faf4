import { isTerminal } from "../../protocol/snapshot.ts";
import { applyExpiry, isCodeExpired, isPurgeable, nextDeadline } from "../domain/expiry.ts";
import type { Session } from "../domain/session.ts";
import type { SessionStore } from "./session-store.ts";

/** How long until an account that was unavailable is asked again, in milliseconds. */
const ACCOUNT_RETRY = 5_000;

interface Outbox {
  nextDue(): number | undefined;
  sendDue(now: number): Promise<void> | undefined;
}

/**
 * The one alarm of a session's object. It is set for the next deadline of the session or the next retry of
 * a delivery, whichever is first.
 */
export class SessionAlarm {
  readonly #ctx: DurableObjectState;
  readonly #store: SessionStore;
  readonly #outboxes: readonly Outbox[];

  constructor(ctx: DurableObjectState, store: SessionStore, outboxes: readonly Outbox[]) {
    this.#ctx = ctx;
    this.#store = store;
    this.#outboxes = outboxes;
  }

  /** Whether an outbox still has something to send. */
  get isSending(): boolean {
    return this.#nextDelivery() !== Infinity;
  }

  /** Sets the alarm in the turn of the caller. Deletes all rows if there is nothing left to do. */
  async set(now: number): Promise<void> {
    const session = this.#store.load();
    const deadline = session ? nextAlarm(session, now) : Infinity;
    const next = Math.min(deadline, this.#nextDelivery());
    if (next === Infinity) await this.#store.wipe(session);
    else await this.#ctx.storage.setAlarm(next);
  }

  /**
   * Sets the alarm after a first attempt that failed. Most attempts succeed, and setting an alarm is a
   * write. The delivery is stored, so if this object is evicted before the response, the session's own
   * alarm finds it. A redeemed session that was only kept for the delivery is deleted then.
   */
  setAfterAttempt(attempt: Promise<void>): void {
    this.#ctx.waitUntil(attempt.then(() => this.#afterAttempt(Date.now())));
  }

  /**
   * Sets the alarm for a retry before the response to the first attempt has come. A code is valid for a
   * minute, and the session's own alarm may be later: so the client is called again within seconds if
   * this object is reset. An alarm that was not needed is set back when it comes.
   */
  async setForAttempt(attempt: Promise<void> | undefined, now: number): Promise<void> {
    if (!attempt) return;
    this.setAfterAttempt(attempt);
    await this.set(now);
  }

  /** Sends what is due, and sets the alarm in the same turn. The responses are not awaited. */
  async sendDue(now: number): Promise<void> {
    for (const outbox of this.#outboxes) {
      const attempt = outbox.sendDue(now);
      if (attempt) this.#ctx.waitUntil(attempt.then(() => this.set(Date.now())));
    }
    await this.set(now);
  }

  async #afterAttempt(now: number): Promise<void> {
    if (this.isSending) return this.set(now);
    const session = this.#store.load();
    if (session?.status === "redeemed" && isPurgeable(session, now)) {
      await this.#store.wipe(session);
    }
  }

  #nextDelivery(): number {
    return Math.min(...this.#outboxes.map((outbox) => outbox.nextDue() ?? Infinity));
  }
}

/** When the session needs the alarm next. `Infinity` if it can be deleted. */
function nextAlarm(session: Session, now: number): number {
  // The account was not available, so the session could not be ended.
  if (isCodeExpired(session, now)) return now + ACCOUNT_RETRY;
  const current = applyExpiry(session, now);
  // It has expired, and the watchers were not notified yet: the alarm does that.
  if (isTerminal(current) && !isTerminal(session)) return now;
  return isPurgeable(current, now) ? Infinity : nextDeadline(current);
}
