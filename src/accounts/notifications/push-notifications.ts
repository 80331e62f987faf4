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
import { isExpired, type PhoneSession } from "../account-state.ts";
import type { AccountStore } from "../account-store.ts";
import type { EventContext } from "../audit-log/audit-event.ts";
import { rootOf } from "../phone-sessions/trust-delay.ts";

/** What phones are told. Instants are milliseconds since the epoch. */
export interface News {
  type: Notice["type"];
  at: number;
  about: EventContext;
}

/** What one phone is to be told: where it is reached is looked up when it is sent. */
interface Message extends News {
  /** The phone, by the hash of its cookie's secret. */
  phone: string;
  /** Of the unconfirmed phone that has brought it about, if one has. */
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

/** How long a push service is tried, in milliseconds: later it is no news any more. */
const TRIED_FOR = 3600 * 1000;

/**
 * Messages of one type that wait for one phone at most; those that an unconfirmed phone has brought about are counted
 * apart. Where a push service is down for so long, the newest are left out. So neither a phone that can't be reached
 * nor noise of one type costs another phone its messages, or another message its place.
 */
export const MAX_WAITING = 20;
export const MAX_WAITING_OF_ROOT = 10;

/**
 * The phones of an account that want to be told, and what they are still to be told. A phone has one
 * subscription, which lives as long as the phone is signed in: so there are as many as there may be
 * signed-in phones. Each method reads, decides and writes without an `await` between.
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

  /** Takes the subscription of a phone that is signed in, in place of the one it had. */
  subscribe(phone: PhoneSession, subscription: Subscription, now: number): void {
    const root = rootOf(phone, now);
    // A browser that was signed in before as another phone of the account has the same address still. An unconfirmed
    // phone takes no address away from one that is not of its root.
    for (const [secretHash, { endpoint }] of this.#store.subscriptions()) {
      const other = this.#store.session(secretHash);
      const isReplaced = root === undefined || (other && rootOf(other, now) === root);
      if (endpoint === subscription.endpoint && isReplaced) this.forget(secretHash);
    }
    this.#store.saveSubscription(phone.secretHash, subscription);
  }

  isOn(phone: string): boolean {
    return this.#subscription(phone) !== undefined;
  }

  forget(phone: string): void {
    this.#store.deleteSubscription(phone);
  }

  /**
   * Puts news in for every phone but the one that knows them, `except`. `root`: of the unconfirmed phone that has brought
   * them about, if one has.
   */
  tell(
    news: News,
    { except, root }: { except?: string | undefined; root?: string | undefined } = {},
  ): void {
    for (const [phone] of this.#store.subscriptions()) {
      if (phone === except || this.#subscription(phone) === undefined) continue;
      const message: Message = { ...news, phone, ...defined({ root }) };
      const places = root === undefined ? MAX_WAITING : MAX_WAITING_OF_ROOT;
      if (this.#outbox.count((waiting) => isAlike(waiting, message)) >= places) continue;
      this.#outbox.enqueue(message, news.at, news.at + TRIED_FOR);
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
    if (!subscription) return { end: "refused", reason: "the phone wants no notices any more" };
    const body = this.#notice(message, subscription.language);
    const pushed = await sendPush(this.#env, subscription, { id, body });
    if (pushed.end !== "gone") return pushed;
    // The phone may have subscribed anew meanwhile.
    if (this.#subscription(phone)?.endpoint === subscription.endpoint) this.forget(phone);
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

  /** A phone's subscription, which is none once the phone was away for so long that it is signed out. */
  #subscription(phone: string): Subscription | undefined {
    const known = this.#store.subscription(phone);
    if (!known || this.#isSignedIn(phone)) return known;
    this.forget(phone);
    return undefined;
  }

  #isSignedIn(phone: string): boolean {
    const session = this.#store.session(phone);
    return session !== undefined && !isExpired(session, Date.now());
  }
}

/** Whether two messages share the places in which messages of their kind wait. */
function isAlike(a: Message, b: Message): boolean {
  return a.phone === b.phone && a.type === b.type && a.root === b.root;
}
