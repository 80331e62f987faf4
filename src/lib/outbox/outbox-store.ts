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

/** The row that an outbox is, unless it has a name of its own. */
export const OUTBOX_KEY = "outbox";

/** How a try ended; why it did is for the operator. */
export type DeliveryResult =
  | { end: "accepted" }
  | { end: "refused"; why: string }
  /** Is tried again, `notBefore` this instant. */
  | { end: "failed"; why: string; notBefore?: number }
  /** Was not sent, and is tried at this instant. */
  | { end: "postponed"; until: number };

/** Sends one message once, to wherever the configuration says now. */
export type Send<Message> = (delivery: Delivery<Message>) => Promise<DeliveryResult>;

/**
 * An outbox of a Durable Object: one row, there only while something waits. What becomes of it
 * is decided in outbox.ts; each method reads, decides and writes without an `await` between, so
 * a message is stored in the same turn as what it tells of.
 *
 * A receiver is told at least once, not exactly once: an answer may get lost on its way back.
 */
export class OutboxStore<Message> {
  readonly #kv: SyncKvStorage;
  readonly #format: RowFormat<Delivery<Message>>;
  readonly #post: Send<Message>;
  readonly #key: string;

  /** `key`: the name of its row, where an object has several. */
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

  /** How many such messages wait. */
  count(is: (message: Message) => boolean): number {
    return this.#load().filter(({ message }) => is(message)).length;
  }

  /** Puts a message in, to be sent from now on. */
  enqueue(message: Message, now: number, giveUpAt: number): void {
    this.#save(enqueue(this.#load(), { id: randomToken(), message, giveUpAt }, now));
  }

  /**
   * Puts a message in and begins to send it, in one write: it is stored as being tried, so that the next
   * try is settled before this one begins. The promise is kept when there was an answer, or none in time.
   */
  enqueueAndSend(message: Message, now: number, giveUpAt: number): Promise<void> {
    const only = enqueue<Message>([], { id: randomToken(), message, giveUpAt }, now);
    const { due, outbox } = takeDue(only, now, Math.random());
    this.#save([...this.#load(), ...outbox]);
    return this.#send(due);
  }

  /** When something is to be done next, or undefined where nothing waits. */
  nextDue(): number | undefined {
    return nextDue(this.#load());
  }

  /**
   * Begins to send what is due. The next tries are settled when this returns; its promise, if there
   * is anything to send, is kept when everybody has answered.
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
    if (tried.end !== "accepted") console.warn(`${named(delivery)} ${tried.end}: ${tried.why}`);
    if (tried.end === "failed") {
      const { notBefore } = tried;
      if (notBefore !== undefined)
        this.#change((outbox) => delayed(outbox, delivery.id, notBefore));
      return;
    }
    this.#change((outbox) => remove(outbox, delivery.id));
  }

  /** While a message was sent, others may have come in, and all of them may be gone. */
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

/** A message in the log: by its id, which the receiver knows too, and never by what it says. */
function named({ id, tries }: Delivery<unknown>): string {
  return `Message ${id}, tried ${tries} times before,`;
}

/** What can't be made now, for want of a key or of a configuration, may be later. */
function failed(error: unknown): DeliveryResult {
  return { end: "failed", why: String(error) };
}
