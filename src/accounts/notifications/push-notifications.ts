import { defined } from "../../lib/defined.ts";
import * as v from "valibot";
import { configOf } from "../../config/index.ts";
import { OutboxStore, type DeliveryResult } from "../../lib/outbox/outbox-store.ts";
import { deliveryFormat } from "../../lib/outbox/delivery-format.ts";
import type { Delivery } from "../../lib/outbox/outbox.ts";
import { schemaOf } from "../../lib/row-format.ts";
import { NOTICE_TYPES, type Notice } from "../../protocol/push-message.ts";
import { sendPush } from "../../web-push/send-push.ts";
import type { Subscription } from "../../web-push/subscription.ts";
import { eventPlace } from "../account-rows.ts";
import { isExpired, type PhoneSession } from "../phone-sessions/phone-session.ts";
import type { AccountStore } from "../account-store.ts";
import type { EventContext } from "../audit-log/audit-event.ts";
import { rootOf } from "../phone-sessions/trust-delay.ts";

/** An event that is sent to phones. Instants are milliseconds since the epoch. */
export interface NotificationEvent {
  type: Notice["type"];
  at: number;
  about: EventContext;
}

/** A queued message for one phone. Its subscription is looked up when the message is sent. */
interface Message extends NotificationEvent {
  /** The hash of the secret in the phone's cookie. */
  phone: string;
  /** Of the unconfirmed phone that caused the event. */
  root?: string;
}

export const NOTICES = deliveryFormat(
  "notice for a phone",
  schemaOf<Message>()(
    v.object({
      type: v.picklist(NOTICE_TYPES),
      at: v.number(),
      about: v.object(eventPlace),
      phone: v.string(),
      root: v.exactOptional(v.string()),
    }),
  ),
);

/** How long a message is retried, in milliseconds. */
const MESSAGE_TTL = 3600 * 1000;

/**
 * Messages of one type that are queued for one phone at most; further ones are dropped. Messages that an unconfirmed
 * phone has caused are counted apart. So neither an unreachable phone nor many messages of one type displace others.
 */
export const MAX_WAITING = 20;
export const MAX_WAITING_OF_ROOT = 10;

/**
 * The push subscriptions of an account's phones, and the queue of messages. A phone has one subscription, which lives
 * as long as the phone is signed in. No method has an `await` between reading and writing.
 */
export class PushNotifications {
  readonly #env: Env;
  readonly #store: AccountStore;
  readonly #outbox: OutboxStore<Message>;

  constructor(storage: DurableObjectStorage, store: AccountStore, env: Env) {
    this.#env = env;
    this.#store = store;
    this.#outbox = new OutboxStore(storage, NOTICES, (delivery) => this.#send(delivery), "notices");
  }

  /** Stores the subscription of a signed-in phone, in place of the one it had. */
  subscribe(phone: PhoneSession, subscription: Subscription, now: number): void {
    const root = rootOf(phone, now);
    // A browser that signs in again still has the endpoint of its old phone session, which is replaced. An unconfirmed
    // phone replaces only endpoints of its own root.
    for (const [secretHash, { endpoint }] of this.#store.subscriptions()) {
      const other = this.#store.session(secretHash);
      const isReplaced = root === undefined || (other && rootOf(other, now) === root);
      if (endpoint === subscription.endpoint && isReplaced) this.unsubscribe(secretHash);
    }
    this.#store.saveSubscription(phone.secretHash, subscription);
  }

  isSubscribed(phone: string): boolean {
    return this.#subscription(phone) !== undefined;
  }

  unsubscribe(phone: string): void {
    this.#store.deleteSubscription(phone);
  }

  /** Queues a message for every phone but `except`. `root`: of the unconfirmed phone that caused the event. */
  enqueue(
    event: NotificationEvent,
    { except, root }: { except?: string | undefined; root?: string | undefined } = {},
  ): void {
    for (const [phone] of this.#store.subscriptions()) {
      if (phone === except || this.#subscription(phone) === undefined) continue;
      const message: Message = { ...event, phone, ...defined({ root }) };
      const limit = root === undefined ? MAX_WAITING : MAX_WAITING_OF_ROOT;
      if (this.#outbox.count((waiting) => isSameGroup(waiting, message)) >= limit) continue;
      this.#outbox.enqueue(message, event.at, event.at + MESSAGE_TTL);
    }
  }

  nextDue(): number | undefined {
    return this.#outbox.nextDue();
  }

  sendDue(now: number): Promise<void> | undefined {
    return this.#outbox.sendDue(now);
  }

  async #send({ id, message }: Delivery<Message>): Promise<DeliveryResult> {
    const { phone } = message;
    const subscription = this.#subscription(phone);
    if (!subscription) return { end: "refused", reason: "the phone has no subscription any more" };
    const body = this.#notice(message, subscription.language);
    const pushed = await sendPush(this.#env, subscription, { id, body });
    if (pushed.end !== "gone") return pushed;
    // The phone may have a new subscription by now.
    if (this.#subscription(phone)?.endpoint === subscription.endpoint) this.unsubscribe(phone);
    return { end: "refused", reason: "the subscription is gone" };
  }

  #notice({ type, at, about }: Message, language: string): Notice {
    const { clientId, sid, browser, system, city, country } = about;
    const client = clientId === undefined ? undefined : configOf(this.#env).clients.get(clientId);
    return {
      v: 1,
      type,
      language,
      at: new Date(at).toISOString(),
      ...(clientId === undefined ? {} : { client_name: client?.name ?? clientId }),
      ...defined({ browser, system, city, country, sid }),
    };
  }

  /** A phone's subscription. If the phone's session has expired, it is deleted. */
  #subscription(phone: string): Subscription | undefined {
    const known = this.#store.subscription(phone);
    if (!known || this.#isSignedIn(phone)) return known;
    this.unsubscribe(phone);
    return undefined;
  }

  #isSignedIn(phone: string): boolean {
    const session = this.#store.session(phone);
    return session !== undefined && !isExpired(session, Date.now());
  }
}

/** Whether two messages share a limit. */
function isSameGroup(a: Message, b: Message): boolean {
  return a.phone === b.phone && a.type === b.type && a.root === b.root;
}
