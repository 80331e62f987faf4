import { defined } from "../../lib/defined.ts";
import * as v from "valibot";
import { appendAuditEvent } from "../../accounts/audit-log/append-audit-event.ts";
import { OutboxStore } from "../../lib/outbox/outbox-store.ts";
import { deliveryFormat } from "../../lib/outbox/delivery-format.ts";
import { schemaOf } from "../../lib/row-format.ts";
import type { AccountAuditEvent } from "../domain/commands.ts";
import { Reason } from "../../protocol/risk.ts";
import { DeviceSchema } from "../domain/row-schemas.ts";

/** How long the delivery to an account is retried, in milliseconds. */
const EVENT_TTL = 3600 * 1000;

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
      reasons: v.exactOptional(v.array(Reason)),
    }),
  ),
);

/**
 * Events for the account's history. The account is another object, which may be unavailable during a
 * deployment, so the events are stored here until it has them.
 */
export class AccountAuditOutbox {
  readonly #deliveries: OutboxStore<AccountAuditEvent>;

  constructor(storage: DurableObjectStorage, env: Env) {
    const send = async ({ message }: { message: AccountAuditEvent }) => {
      await appendAuditEvent(env, message.sub, entryOf(message), message.phone);
      return { end: "accepted" } as const;
    };
    this.#deliveries = new OutboxStore(storage, NOTES, send, "notes");
  }

  /** Stores the event and sends it. The promise is resolved when the attempt has ended. */
  send(event: AccountAuditEvent, now: number): Promise<void> {
    return this.#deliveries.enqueueAndSend(event, now, now + EVENT_TTL);
  }

  nextDue(): number | undefined {
    return this.#deliveries.nextDue();
  }

  sendDue(now: number): Promise<void> | undefined {
    return this.#deliveries.sendDue(now);
  }
}

function entryOf({
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
  // Only the codes: the history must not show more of the screen than the phone did.
  return type === "login_refused"
    ? { ...about, type, reasons: (reasons ?? []).map(({ code }) => ({ code })) }
    : { ...about, type };
}
