import { randomToken } from "../random.ts";
import type { RowFormat } from "../row-format.ts";
import {
  delayed,
  nextDue,
  postponed,
  enqueue,
  remove,
  takeDue,
  type Delivery,
  type Outbox,
} from "./outbox.ts";

/** The default key of the row. */
export const OUTBOX_KEY = "outbox";

/** The result of an attempt. `reason` is logged. */
export type DeliveryResult =
  | { end: "accepted" }
  | { end: "refused"; reason: string }
  /** Attempted again, not before `notBefore`. */
  | { end: "failed"; reason: string; notBefore?: number }
  /** Not sent; attempted at `until`. */
  | { end: "postponed"; until: number };

/** Makes one attempt, with the current configuration. */
export type Send<Message> = (delivery: Delivery<Message>) => Promise<DeliveryResult>;

/**
 * An outbox of a Durable Object, in one row that exists only while it is not empty. Each method
 * loads and saves without an `await` between, so that a message is stored in the same turn as the
 * change that it reports.
 *
 * Delivery is at least once: a response may be lost.
 */
export class OutboxStore<Message> {
  readonly #kv: SyncKvStorage;
  readonly #format: RowFormat<Delivery<Message>>;
  readonly #post: Send<Message>;
  readonly #key: string;

  /** `key`: the row, if an object has several outboxes. */
  constructor(
    storage: DurableObjectStorage,
    format: RowFormat<Delivery<Message>>,
    send: Send<Message>,
    key = OUTBOX_KEY,
  ) {
    this.#kv = storage.kv;
    this.#format = format;
    this.#post = send;
    this.#key = key;
  }

  /** Counts the queued messages that match. */
  count(is: (message: Message) => boolean): number {
    return this.#load().filter(({ message }) => is(message)).length;
  }

  /** Queues a message that is due now. */
  enqueue(message: Message, now: number, giveUpAt: number): void {
    this.#save(enqueue(this.#load(), { id: randomToken(), message, giveUpAt }, now));
  }

  /**
   * Queues a message and starts to send it, in one write, which includes the time of the next
   * attempt. Resolves when the receiver has answered, or the attempt has timed out.
   */
  enqueueAndSend(message: Message, now: number, giveUpAt: number): Promise<void> {
    const only = enqueue<Message>([], { id: randomToken(), message, giveUpAt }, now);
    const { due, outbox } = takeDue(only, now, Math.random());
    this.#save([...this.#load(), ...outbox]);
    return this.#send(due);
  }

  /** When a message is due or expires next; undefined if the outbox is empty. */
  nextDue(): number | undefined {
    return nextDue(this.#load());
  }

  /**
   * Starts to send what is due. The times of the next attempts are stored when this returns; the
   * promise, if anything is due, resolves when every receiver has answered.
   */
  sendDue(now: number): Promise<void> | undefined {
    const before = this.#load();
    const { due, givenUp, outbox } = takeDue(before, now, Math.random());
    for (const delivery of givenUp) console.error(`${named(delivery)} was given up.`);
    if (due.length === 0 && givenUp.length === 0) return undefined;
    this.#save(outbox);
    if (due.length === 0) return undefined;
    return this.#send(due);
  }

  async #send(due: Outbox<Message>): Promise<void> {
    await Promise.all(due.map((delivery) => this.#try(delivery)));
  }

  async #try(delivery: Delivery<Message>): Promise<void> {
    const tried = await this.#post(delivery).catch(failed);
    if (tried.end === "postponed") {
      this.#change((outbox) => postponed(outbox, delivery.id, tried.until));
      return;
    }
    if (tried.end !== "accepted") console.warn(`${named(delivery)} ${tried.end}: ${tried.reason}`);
    if (tried.end === "failed") {
      const { notBefore } = tried;
      if (notBefore !== undefined)
        this.#change((outbox) => delayed(outbox, delivery.id, notBefore));
      return;
    }
    this.#change((outbox) => remove(outbox, delivery.id));
  }

  /** Messages may have been added or deleted during an attempt, so the row is loaded again. */
  #change(change: (outbox: Outbox<Message>) => Outbox<Message>): void {
    const outbox = this.#load();
    if (outbox.length > 0) this.#save(change(outbox));
  }

  #load(): Outbox<Message> {
    return this.#format.getItems(this.#kv, this.#key);
  }

  #save(outbox: Outbox<Message>): void {
    this.#format.putItems(this.#kv, this.#key, outbox);
  }
}

/** Names a message in the log by its id, which the receiver knows too, and never by its content. */
function named({ id, tries }: Delivery<unknown>): string {
  return `Message ${id}, tried ${tries} times before,`;
}

/** The attempt threw, such as for a missing key or a configuration error, and is repeated. */
function failed(error: unknown): DeliveryResult {
  return { end: "failed", reason: String(error) };
}
