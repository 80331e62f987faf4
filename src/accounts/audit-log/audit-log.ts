import { randomToken } from "../../lib/random.ts";
import type { AccountStore } from "../account-store.ts";
import {
  buildHistory,
  linesToDrop,
  shouldRecord,
  type HistoryLine,
  type TracedEvent,
} from "./audit-log-policy.ts";

/** The audit log of one account: its rows, written and read as audit-log-policy.ts decides. */
export class AuditLog {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  /** Stores an event for `ttl` milliseconds. False if the policy rejects it. */
  append(event: TracedEvent, ttl: number, now: number): boolean {
    const stored = this.#store.events().map(([key, other]) => ({ ...other, key }));
    if (!shouldRecord(event, stored, now)) return false;
    for (const { key } of linesToDrop(event, stored)) this.#store.deleteEvent(key);
    this.#store.saveEvent(eventKey(now), { ...event, at: now, forgetAt: now + ttl });
    return true;
  }

  lines(now: number): HistoryLine[] {
    const events = this.#store.events().map(([, event]) => event);
    const records = this.#store.logins().map(([, record]) => record);
    return buildHistory(events, records, now);
  }

  /** Deletes the events whose retention is over. */
  purge(now: number): void {
    for (const [key, event] of this.#store.events()) {
      if (event.forgetAt <= now) this.#store.deleteEvent(key);
    }
  }

  /** When `purge` has something to delete next; `Infinity` if there is nothing. */
  nextPurge(): number {
    return Math.min(...this.#store.events().map(([, event]) => event.forgetAt), Infinity);
  }
}

/** Rows are listed in the order of their keys, so the newest comes last. Two events of one instant have two keys. */
function eventKey(now: number): string {
  return `${String(now).padStart(15, "0")}-${randomToken().slice(0, 8)}`;
}
