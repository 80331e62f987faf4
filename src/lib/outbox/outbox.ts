/**
 * What must be told to somebody else's server, and when to try: functions of their arguments,
 * without clock, randomness or storage. Instants are milliseconds since the epoch.
 *
 * Each delivery is tried until it is accepted or refused for good, or its time is over. The next try
 * is settled before one begins, so nothing is written when one fails, and nothing is lost when
 * the object that tries is gone before it has an answer.
 */
export interface Delivery<Message> {
  /** Names the message, however often it is sent: receivers tell repeats by it (RFC 8417 §2.2, `jti`). */
  id: string;
  message: Message;
  /** Tries that have begun. */
  tries: number;
  nextTryAt: number;
  giveUpAt: number;
}

export type Outbox<Message> = readonly Delivery<Message>[];

/** How long one try may take. */
export const ATTEMPT_TIMEOUT = 5_000;

/** How long is waited after the first try, in which a receiver may have restarted. */
const FIRST_DELAY = 2_000;

/** What the delays grow to: a receiver that is back is found within a few minutes. */
export const MAX_DELAY = 300_000;

export function enqueue<Message>(
  outbox: Outbox<Message>,
  delivery: Pick<Delivery<Message>, "id" | "message" | "giveUpAt">,
  now: number,
): Outbox<Message> {
  return [...outbox, { ...delivery, tries: 0, nextTryAt: now }];
}

export interface DueBatch<Message> {
  /** What is to be sent now. */
  due: Outbox<Message>;
  /** What was tried long enough. */
  givenUp: Outbox<Message>;
  /** All that may have to be sent again, what is sent now among it. */
  outbox: Outbox<Message>;
}

/** Takes what is due. `jitter` is from 0 up to 1, so that many who wait for one receiver don't come as one. */
export function takeDue<Message>(
  outbox: Outbox<Message>,
  now: number,
  jitter: number,
): DueBatch<Message> {
  const givenUp = outbox.filter((delivery) => delivery.giveUpAt <= now);
  const living = outbox.filter((delivery) => delivery.giveUpAt > now);
  const isDue = (delivery: Delivery<Message>) => delivery.nextTryAt <= now;
  return {
    due: living.filter(isDue),
    givenUp,
    outbox: living.map((delivery) => (isDue(delivery) ? tried(delivery, now, jitter) : delivery)),
  };
}

/** The outbox without a message that need not be sent any more. */
export function remove<Message>(outbox: Outbox<Message>, id: string): Outbox<Message> {
  return outbox.filter((delivery) => delivery.id !== id);
}

/** The outbox with a message that failed, and is not to be tried before `instant`. */
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
 * The outbox with a message that was taken, but not sent after all, and is tried at `instant`. It
 * doesn't count as a try, so that the delays don't grow; but as no first one, which is sent without asking.
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

/** When something is to be done next, or undefined where nothing waits. */
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

/** The pause after so many tries: each twice the one before it, give or take a quarter. */
export function delayAfter(tries: number, jitter: number): number {
  const delay = Math.min(FIRST_DELAY * 2 ** (tries - 1), MAX_DELAY);
  return Math.round(delay * (0.75 + jitter / 2));
}
