import { OutboxStore } from "../../lib/outbox/outbox-store.ts";
import { hasCallbackUrl } from "../../oidc/backchannel/callback-url.ts";
import {
  LOGIN_EVENTS,
  sendLoginEvent,
  type LoginEvent,
} from "../../oidc/backchannel/security-event.ts";
import { isClosed, type Session } from "../domain/session.ts";

/** How long a client is tried to be told of an event, in milliseconds, however long its session is over. */
const CALLBACK_TTL = 15 * 60_000;

/**
 * The transport for backends: a client with a `callback_uri` is told of an approval and of every end
 * of a session that a phone has claimed. Anybody can begin sessions of a client and end them, so what
 * no phone has claimed sends nothing to the client. Sent by the session's object, since trying again
 * takes its alarm.
 */
export class CallbackOutbox {
  readonly #env: Env;
  readonly #deliveries: OutboxStore<LoginEvent>;

  constructor(storage: DurableObjectStorage, env: Env) {
    this.#env = env;
    this.#deliveries = new OutboxStore(storage, LOGIN_EVENTS, (delivery) =>
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
    if (isClosed(session) && !session.claimed) return undefined;
    if (!hasCallbackUrl(this.#env, clientId, "callback_uri")) return undefined;
    const event = { clientId, sessionId: id, status, version, toldAt: now };
    return this.#deliveries.enqueueAndSend(event, now, now + CALLBACK_TTL);
  }

  nextDue(): number | undefined {
    return this.#deliveries.nextDue();
  }

  sendDue(now: number): Promise<void> | undefined {
    return this.#deliveries.sendDue(now);
  }
}
