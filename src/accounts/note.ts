import { accountStub } from "./account-stub.ts";
import type { HistoryEvent } from "./history-event.ts";

/** Puts an event into an account's history, for its owner to read. `phone`: of the account, if one has brought it about. */
export async function note(
  env: Env,
  sub: string,
  event: HistoryEvent,
  phone: string | undefined,
): Promise<void> {
  await accountStub(env, sub).note(event, phone);
}
