import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { RowFormat, schemaOf } from "../lib/row-format.ts";
import { CallbackStatus } from "../protocol/compare.ts";

/** What a callback told, and when it came. */
export interface ReceivedEvent {
  jti: string;
  status: CallbackStatus;
  version: number;
  /** The length of the token that said so. */
  bytes: number;
  /** Milliseconds since the epoch. */
  receivedAt: number;
}

const KEY = "events";

/** All of them are one row. */
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

/** How long a site remembers, in milliseconds: longer than any login that is watched lives. */
const TTL = 600_000;

/**
 * What the site behind /compare has been told of one login: the memory that everybody needs who is
 * called back. One row and an alarm, named by the login's session.
 */
export class CallbackInbox extends DurableObject<Env> {
  /** An event may come more than once, and counts the first time (RFC 8935 §2). */
  async keep(event: Omit<ReceivedEvent, "receivedAt">): Promise<void> {
    const events = this.events();
    if (events.some(({ jti }) => jti === event.jti)) return;
    const receivedAt = Date.now();
    RECEIVED_EVENTS.put(this.ctx.storage.kv, KEY, [...events, { ...event, receivedAt }]);
    if (events.length === 0) await this.ctx.storage.setAlarm(receivedAt + TTL);
  }

  /** In the order in which they came. */
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
