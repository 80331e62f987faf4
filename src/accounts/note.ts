import { accountStub } from "./account-stub.ts";
import type { HistoryEvent } from "./history-event.ts";

/** Puts an event into an account's history, for its owner to read. */
export async function note(env: Env, sub: string, event: HistoryEvent): Promise<void> {
  await accountStub(env, sub).note(event);
}
