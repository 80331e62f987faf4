import { OutboxStore } from "../../lib/outbox/outbox-store.ts";
import { hasCallbackUrl } from "../../oidc/backchannel/callback-url.ts";
import {
  LOGIN_EVENTS,
  sendLoginEvent,
  type LoginEvent,
} from "../../oidc/backchannel/security-event.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import type { Session } from "../domain/session.ts";

/** How long a callback is retried, in milliseconds, even after its session has ended. */
const CALLBACK_TTL = 15 * 60_000;

/**
 * The transport for backends: a client with a `callback_uri` is notified of an approval, and of the end of
 * every session that a phone has claimed. Anybody can create and cancel sessions of a client, so sessions
 * that no phone has claimed send nothing. The session's object sends the callbacks, because retries need
 * its alarm.
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

  /** Stores the callback for this change and sends it. Undefined if the client gets none. */
  send(session: Session, now: number): Promise<void> | undefined {
    const { id, clientId, status, version } = session;
    if (status === "pending" || status === "scanned") return undefined;
    if (isTerminal(session) && !session.claimed) return undefined;
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
