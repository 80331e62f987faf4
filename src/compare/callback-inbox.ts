import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { RowFormat, schemaOf } from "../lib/row-format.ts";
import { CallbackStatus } from "../protocol/compare.ts";

/** A received callback. */
export interface ReceivedEvent {
  jti: string;
  status: CallbackStatus;
  version: number;
  /** The size of its token. */
  bytes: number;
  /** Milliseconds since the epoch. */
  receivedAt: number;
}

const KEY = "events";

/** One row holds all of them. */
export const RECEIVED_EVENTS = new RowFormat(
  "received callbacks",
  schemaOf<ReceivedEvent[]>()(
    v.array(
      v.object({
        jti: v.string(),
        status: CallbackStatus,
        version: v.number(),
        bytes: v.number(),
        receivedAt: v.number(),
      }),
    ),
  ),
);

/** Milliseconds: longer than any login session. */
const TTL = 600_000;

/** The callbacks that the page /compare has received for one login session: one row and an alarm. */
export class CallbackInbox extends DurableObject<Env> {
  /** An event may be delivered more than once (RFC 8935 §2), and is stored once. */
  async keep(event: Omit<ReceivedEvent, "receivedAt">): Promise<void> {
    const events = this.events();
    if (events.some(({ jti }) => jti === event.jti)) return;
    const receivedAt = Date.now();
    RECEIVED_EVENTS.put(this.ctx.storage.kv, KEY, [...events, { ...event, receivedAt }]);
    if (events.length === 0) await this.ctx.storage.setAlarm(receivedAt + TTL);
  }

  /** In the order of arrival. */
  events(): ReceivedEvent[] {
    return RECEIVED_EVENTS.get(this.ctx.storage.kv, KEY) ?? [];
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}

export function callbackInboxOf(env: Env, sessionId: string): DurableObjectStub<CallbackInbox> {
  return env.CALLBACK_INBOX.get(env.CALLBACK_INBOX.idFromName(sessionId));
}
