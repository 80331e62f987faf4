import { defined } from "../../lib/defined.ts";
import * as v from "valibot";
import { appendAuditEvent } from "../../accounts/audit-log/append-audit-event.ts";
import { OutboxStore } from "../../lib/outbox/outbox-store.ts";
import { deliveryFormat } from "../../lib/outbox/delivery-format.ts";
import { schemaOf } from "../../lib/row-format.ts";
import type { AccountAuditEvent } from "../domain/commands.ts";
import { DeviceSchema, ReasonSchema } from "../domain/row-schemas.ts";

/** How long an account is tried to be reached, in milliseconds. */
const NOTE_TTL = 3600 * 1000;

export const NOTES = deliveryFormat(
  "note for an account",
  schemaOf<AccountAuditEvent>()(
    v.object({
      type: v.picklist(["login_declined", "login_refused", "match_wrong", "code_repeated"]),
      sub: v.string(),
      phone: v.exactOptional(v.string()),
      sessionId: v.string(),
      clientId: v.string(),
      screen: v.exactOptional(DeviceSchema),
      reasons: v.exactOptional(v.array(ReasonSchema)),
    }),
  ),
);

/**
 * What an account's owner should read of a session: it goes into the account's history. That account
 * is an object of its own, which a deployment may be resetting just now, so what it must hear waits here.
 */
export class AccountAuditOutbox {
  readonly #deliveries: OutboxStore<AccountAuditEvent>;

  constructor(storage: DurableObjectStorage, env: Env) {
    const send = async ({ message }: { message: AccountAuditEvent }) => {
      await appendAuditEvent(env, message.sub, lineOf(message), message.phone);
      return { end: "accepted" } as const;
    };
    this.#deliveries = new OutboxStore(storage, NOTES, send, "notes");
  }

  /** Stores what is to be noted, and begins to tell it. */
  tell(noted: AccountAuditEvent, now: number): Promise<void> {
    return this.#deliveries.enqueueAndSend(noted, now, now + NOTE_TTL);
  }

  nextDue(): number | undefined {
    return this.#deliveries.nextDue();
  }

  sendDue(now: number): Promise<void> | undefined {
    return this.#deliveries.sendDue(now);
  }
}

function lineOf({
  sessionId,
  clientId,
  screen,
  reasons,
  type,
}: AccountAuditEvent): Parameters<typeof appendAuditEvent>[2] {
  const { browser, system, city, country } = screen ?? {};
  const about = {
    clientId,
    sid: sessionId,
    ...defined({ browser, system, city, country }),
  };
  // Only the codes: whoever scans a stranger's code may not learn more of the screen here than on the phone.
  return type === "login_refused"
    ? { ...about, type, reasons: (reasons ?? []).map(({ code }) => ({ code })) }
    : { ...about, type };
}
