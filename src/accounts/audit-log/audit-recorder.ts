import { configOf } from "../../config/index.ts";
import type { AlarmScheduler } from "../../lib/alarm-scheduler.ts";
import { defined } from "../../lib/defined.ts";
import { report } from "../../telemetry/report.ts";
import { accountEvent } from "../account-telemetry.ts";
import type { AccountStore } from "../account-store.ts";
import { notificationFor } from "../notifications/notification-triggers.ts";
import type { PushNotifications } from "../notifications/push-notifications.ts";
import type { AuditEvent } from "./audit-event.ts";
import type { AuditLog } from "./audit-log.ts";

/** Records an event of an account wherever it belongs: in the audit log, in push notifications and in telemetry. */
export class AuditRecorder {
  readonly #env: Env;
  readonly #store: AccountStore;
  readonly #log: AuditLog;
  readonly #notifications: PushNotifications;
  readonly #alarm: AlarmScheduler;

  constructor(
    env: Env,
    store: AccountStore,
    log: AuditLog,
    notifications: PushNotifications,
    alarm: AlarmScheduler,
  ) {
    this.#env = env;
    this.#store = store;
    this.#log = log;
    this.#notifications = notifications;
    this.#alarm = alarm;
  }

  /** `root`: of the unconfirmed phone that caused the event. */
  async record(event: AuditEvent, root?: string): Promise<void> {
    if (this.#store.isDeleted) return;
    const { historyTtl } = configOf(this.#env);
    const now = Date.now();
    const isRecorded = this.#log.append({ ...event, ...defined({ root }) }, historyTtl, now);
    const notification = isRecorded ? notificationFor(event, now) : undefined;
    if (notification) this.#notifications.enqueue(notification, { root });
    const operatorEvent = accountEvent(event);
    if (operatorEvent) report(this.#env, operatorEvent);
    await this.#alarm.schedule(now + historyTtl, now);
  }

  /** Writes all events in this turn, with the change that they describe. */
  async recordAll(events: readonly AuditEvent[], root?: string): Promise<void> {
    await Promise.all(events.map((event) => this.record(event, root)));
  }
}
