import { randomToken } from "../../lib/random.ts";
import type { AccountStore } from "../account-store.ts";
import {
  shouldRecord,
  buildHistory,
  linesToDrop,
  type HistoryLine,
  type NotedEvent,
} from "./audit-log-policy.ts";

/** The history of one account: its rows, written and read as history.ts decides. */
export class AuditLog {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  /** Keeps an event for so many milliseconds, if it is worth a line. Tells whether it was. */
  note(event: NotedEvent, keptFor: number, now: number): boolean {
    const kept = this.#store.events().map(([key, known]) => ({ ...known, key }));
    if (!shouldRecord(event, kept, now)) return false;
    for (const { key } of linesToDrop(event, kept)) this.#store.deleteEvent(key);
    this.#store.saveEvent(eventKey(now), { ...event, at: now, forgetAt: now + keptFor });
    return true;
  }

  lines(now: number): HistoryLine[] {
    const events = this.#store.events().map(([, event]) => event);
    const records = this.#store.logins().map(([, record]) => record);
    return buildHistory(events, records, now);
  }

  /** Forgets what was kept for long enough. */
  forget(now: number): void {
    for (const [key, event] of this.#store.events()) {
      if (event.forgetAt <= now) this.#store.deleteEvent(key);
    }
  }

  /** When there is something to forget next: `Infinity` where nothing is. */
  nextForgetting(): number {
    return Math.min(...this.#store.events().map(([, event]) => event.forgetAt), Infinity);
  }
}

/** Rows lie in the order of their keys, so this one lies behind those before it; two of one instant have two keys. */
function eventKey(now: number): string {
  return `${String(now).padStart(15, "0")}-${randomToken().slice(0, 8)}`;
}
