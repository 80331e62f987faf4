import { Deliveries } from "../delivery/deliveries.ts";
import { hasReceiver } from "../delivery/receiver.ts";
import { LOGIN_EVENTS, sendLoginEvent, type LoginEvent } from "../delivery/security-event.ts";
import { isTombstone, type Session } from "../login/session.ts";

/** How long a client is tried to be told of an event, in milliseconds, however long its session is over. */
const CALLBACK_TTL = 15 * 60_000;

/**
 * The transport for backends: a client with a `callback_uri` is told of an approval and of every end
 * of a session that a phone has claimed. Anybody can begin sessions of a client and end them, so what
 * no phone has claimed sends nothing to the client. Sent by the session's object, since trying again
 * takes its alarm.
 */
export class Callbacks {
  readonly #env: Env;
  readonly #deliveries: Deliveries<LoginEvent>;

  constructor(storage: DurableObjectStorage, env: Env) {
    this.#env = env;
    this.#deliveries = new Deliveries(storage, LOGIN_EVENTS, (delivery) =>
      sendLoginEvent(env, delivery),
    );
  }

  /**
   * Stores what the client is to be told of the session as it has just become, and begins to tell it.
   * Undefined where that is nothing.
   */
  tell(session: Session, now: number): Promise<void> | undefined {
    const { id, clientId, status, version } = session;
    if (status === "pending" || status === "scanned") return undefined;
    if (isTombstone(session) && !session.claimed) return undefined;
    if (!hasReceiver(this.#env, clientId, "callback_uri")) return undefined;
    const event = { clientId, sessionId: id, status, version, toldAt: now };
    return this.#deliveries.tell(event, now, now + CALLBACK_TTL);
  }

  nextDue(): number | undefined {
    return this.#deliveries.nextDue();
  }

  sendDue(now: number): Promise<void> | undefined {
    return this.#deliveries.sendDue(now);
  }
}
