import type { AccountStore } from "./account-store.ts";
import { CEREMONY_TTL } from "./passkeys.ts";

/** Left behind by a deleted account: nothing but until when it must not be created again. */
export interface Deletion {
  /** Milliseconds since the epoch. */
  until: number;
}

/** By how much the clocks of two machines may differ, in milliseconds. */
const CLOCK_TOLERANCE = 60_000;

/**
 * When no registration ceremony can create this account any more: it began before the account was created. Undefined
 * where that is so already, as it is minutes after the creation.
 */
export function deletionOf(createdAt: number, now: number): Deletion | undefined {
  const until = createdAt + CEREMONY_TTL + CLOCK_TOLERANCE;
  return now < until ? { until } : undefined;
}

/**
 * A deleted account must not come back by the ceremony that created it (WebAuthn Level 3 §13.4.3: a challenge is good
 * once). Where that ceremony may still live, a marker row stays for as long, and the account's alarm removes it.
 */
export class DeletionMarker {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  forget(now: number): void {
    const deletion = this.#store.deletion();
    if (deletion && deletion.until <= now) this.#store.deleteDeletion();
  }

  nextForgetting(): number {
    return this.#store.deletion()?.until ?? Infinity;
  }
}
