/**
 * The schedule of messages to other servers: pure functions. Instants are milliseconds since the
 * epoch.
 *
 * A delivery is attempted until it is accepted, refused, or expired. The time of the next attempt
 * is stored before each attempt, so that a failure needs no write, and a reset during an attempt
 * loses no message.
 */
export interface Delivery<Message> {
  /** The same for all attempts, so that receivers recognise a repeat (RFC 8417 §2.2, `jti`). */
  id: string;
  message: Message;
  /** Attempts that were started. */
  tries: number;
  nextTryAt: number;
  giveUpAt: number;
}

export type Outbox<Message> = readonly Delivery<Message>[];

/** Milliseconds for one attempt. */
export const ATTEMPT_TIMEOUT = 5_000;

/** Milliseconds after the first attempt: time for a receiver to restart. */
const FIRST_DELAY = 2_000;

/** The longest delay in milliseconds: a recovered receiver gets its messages within minutes. */
export const MAX_DELAY = 300_000;

export function enqueue<Message>(
  outbox: Outbox<Message>,
  delivery: Pick<Delivery<Message>, "id" | "message" | "giveUpAt">,
  now: number,
): Outbox<Message> {
  return [...outbox, { ...delivery, tries: 0, nextTryAt: now }];
}

export interface DueBatch<Message> {
  /** To be sent now. */
  due: Outbox<Message>;
  /** Expired. */
  givenUp: Outbox<Message>;
  /** All that may have to be sent again, `due` included. */
  outbox: Outbox<Message>;
}

/** Takes what is due. `jitter`: 0 to 1, spreads the attempts of many senders to one receiver. */
export function takeDue<Message>(
  outbox: Outbox<Message>,
  now: number,
  jitter: number,
): DueBatch<Message> {
  const givenUp = outbox.filter((delivery) => delivery.giveUpAt <= now);
  const active = outbox.filter((delivery) => delivery.giveUpAt > now);
  const isDue = (delivery: Delivery<Message>) => delivery.nextTryAt <= now;
  return {
    due: active.filter(isDue),
    givenUp,
    outbox: active.map((delivery) => (isDue(delivery) ? tried(delivery, now, jitter) : delivery)),
  };
}

/** Removes a message. */
export function remove<Message>(outbox: Outbox<Message>, id: string): Outbox<Message> {
  return outbox.filter((delivery) => delivery.id !== id);
}

/** Delays the next attempt of a failed message until `instant` or later. */
export function delayed<Message>(
  outbox: Outbox<Message>,
  id: string,
  instant: number,
): Outbox<Message> {
  return outbox.map((delivery) =>
    delivery.id === id
      ? { ...delivery, nextTryAt: Math.max(delivery.nextTryAt, instant) }
      : delivery,
  );
}

/**
 * Sets the next attempt of a message that was taken, but not sent. That does not count as an
 * attempt, so the delays don't grow. `tries` stays at 1 or more, since a first attempt is sent
 * without asking the circuit breaker.
 */
export function postponed<Message>(
  outbox: Outbox<Message>,
  id: string,
  instant: number,
): Outbox<Message> {
  return outbox.map((delivery) =>
    delivery.id === id
      ? { ...delivery, tries: Math.max(1, delivery.tries - 1), nextTryAt: instant }
      : delivery,
  );
}

/** When a message is due or expires next; undefined if the outbox is empty. */
export function nextDue<Message>(outbox: Outbox<Message>): number | undefined {
  if (outbox.length === 0) return undefined;
  return Math.min(...outbox.map(({ nextTryAt, giveUpAt }) => Math.min(nextTryAt, giveUpAt)));
}

function tried<Message>(
  delivery: Delivery<Message>,
  now: number,
  jitter: number,
): Delivery<Message> {
  const tries = delivery.tries + 1;
  return { ...delivery, tries, nextTryAt: now + ATTEMPT_TIMEOUT + delayAfter(tries, jitter) };
}

/** The delay after so many attempts: doubled each time, with a jitter of a quarter. */
export function delayAfter(tries: number, jitter: number): number {
  const delay = Math.min(FIRST_DELAY * 2 ** (tries - 1), MAX_DELAY);
  return Math.round(delay * (0.75 + jitter / 2));
}
