import { AlarmScheduler } from "../../lib/alarm-scheduler.ts";
import { err, ok } from "../../lib/result.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import type { OperatorEvent } from "../../telemetry/event.ts";
import { report } from "../../telemetry/report.ts";
import type { Command } from "../domain/commands.ts";
import type { LoginError, LoginResult } from "../domain/errors.ts";
import { applyExpiry, isCodeExpired, isPurgeable, nextDeadline } from "../domain/expiry.ts";
import { isRepeatedDecision } from "../domain/repeated-decision.ts";
import type { ClosedSession, PendingSession, Session } from "../domain/session.ts";
import { transition } from "../domain/transition.ts";
import { AccountAuditOutbox } from "./account-audit-outbox.ts";
import { CallbackOutbox } from "./callback-outbox.ts";
import type { SessionStore } from "./session-store.ts";
import { creationEvent, sessionEvent } from "./session-telemetry.ts";
import type { Watchers } from "./watchers.ts";

/**
 * Only the runtime makes object ids, and a session is stored before its id is sent to anyone. So an object
 * that stores nothing was a session, and is over.
 */
export const SESSION_GONE = "session_expired" satisfies LoginError;

/**
 * Changes a session. Each change loads it, applies a pure function, saves the result and starts the
 * effects, with no `await` between load and save. The runtime holds back messages and responses until
 * the writes before them are on disk.
 */
export class SessionLifecycle {
  readonly alarm: AlarmScheduler;
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #store: SessionStore;
  readonly #watchers: Watchers;
  readonly #callbacks: CallbackOutbox;
  readonly #auditEvents: AccountAuditOutbox;

  constructor(ctx: DurableObjectState, env: Env, store: SessionStore, watchers: Watchers) {
    this.#ctx = ctx;
    this.#env = env;
    this.#store = store;
    this.#watchers = watchers;
    this.#callbacks = new CallbackOutbox(ctx.storage, env);
    this.#auditEvents = new AccountAuditOutbox(ctx.storage, env);
    this.alarm = new AlarmScheduler(ctx, [this.#callbacks, this.#auditEvents], {
      nextDeadline: (now) => nextAlarm(store.load(), now),
      purge: () => store.wipe(store.load()),
    });
  }

  /** Stores a new session, and sets the alarm for its end. */
  async create(session: PendingSession): Promise<void> {
    this.#store.save(session);
    await this.#ctx.storage.setAlarm(session.expiresAt);
    report(this.#env, creationEvent(session));
  }

  /** Executes a command. A repeated decision succeeds again, and changes nothing. */
  execute(command: Command): LoginResult<Session> {
    const before = this.#store.load();
    if (!before) return err(SESSION_GONE);
    const now = Date.now();
    const outcome = transition(before, command, now);
    const { next, auditEvent } = outcome;
    if (next && next !== before) this.#store.save(next);
    if (auditEvent) this.#setAlarmAfter(this.#auditEvents.send(auditEvent, now));
    // Only a change of the snapshot is sent to the watchers.
    if (next && next.version !== before.version) {
      this.#watchers.broadcast(next);
      this.#ctx.waitUntil(this.#setAlarmFor(this.#callbacks.send(next, now), now));
    }
    const current = applyExpiry(before, now);
    if (!outcome.ok && isRepeatedDecision(current, command)) return ok(current);
    const event = sessionEvent(before, command, outcome);
    if (event) report(this.#env, event);
    return outcome.ok ? ok(outcome.next) : err(outcome.error);
  }

  /** Ends the session without a command. Stores the end only if it is still needed, or a callback waits. */
  async end(ended: ClosedSession, event: OperatorEvent, now: number): Promise<void> {
    report(this.#env, event);
    this.#watchers.broadcast(ended);
    const attempt = this.#callbacks.send(ended, now);
    if (isPurgeable(ended, now) && !this.#isSending) return this.#store.wipe(ended);
    this.#store.save(ended);
    await this.#setAlarmFor(attempt, now);
  }

  get #isSending(): boolean {
    return this.alarm.nextAttempt() !== Infinity;
  }

  /**
   * Sets the alarm for a retry before the response to the first attempt has come. A code is valid for a
   * minute, and the session's own alarm may be later: so the client is called again within seconds if
   * this object is reset. An alarm that was not needed is set back when it comes.
   */
  async #setAlarmFor(attempt: Promise<void> | undefined, now: number): Promise<void> {
    if (!attempt) return;
    this.#setAlarmAfter(attempt);
    await this.alarm.setAlarm(now);
  }

  /**
   * Sets the alarm after a first attempt that failed. Most attempts succeed, and setting an alarm is a
   * write. The message is stored, so the session's own alarm finds it if this object is reset before the
   * response.
   */
  #setAlarmAfter(attempt: Promise<void>): void {
    this.#ctx.waitUntil(attempt.then(() => this.#afterAttempt(Date.now())));
  }

  /** A redeemed session that was only kept for the message is deleted. */
  async #afterAttempt(now: number): Promise<void> {
    if (this.#isSending) return this.alarm.setAlarm(now);
    const session = this.#store.load();
    if (session?.status === "redeemed" && isPurgeable(session, now)) {
      await this.#store.wipe(session);
    }
  }
}

/** How long until an account that was unavailable is asked again, in milliseconds. */
const ACCOUNT_RETRY = 5_000;

/** When the session needs the alarm next. `Infinity` if it can be deleted. */
function nextAlarm(session: Session | undefined, now: number): number {
  if (!session) return Infinity;
  // The account was not available, so the session could not be ended.
  if (isCodeExpired(session, now)) return now + ACCOUNT_RETRY;
  const current = applyExpiry(session, now);
  // It has expired, and the watchers were not notified yet: the alarm does that.
  if (isTerminal(current) && !isTerminal(session)) return now;
  return isPurgeable(current, now) ? Infinity : nextDeadline(current);
}
