import { DurableObject } from "cloudflare:workers";
import {
  CLOSED,
  recordFailure,
  requestToSend,
  type Circuit,
  type Failure,
  type Permission,
} from "../../lib/outbox/circuit-breaker.ts";

/**
 * The circuit breaker of one receiver, for all objects that send to it. It is only asked about a
 * receiver that has failed. Nothing is stored: an object that nobody asks for minutes is forgotten,
 * and its circuit is closed again.
 */
export class ReceiverCircuit extends DurableObject<Env> {
  #circuit: Circuit = CLOSED;

  requestToSend(): Permission {
    const { circuit, permission } = requestToSend(this.#circuit, Date.now());
    this.#circuit = circuit;
    return permission;
  }

  /** When messages may be sent again, where that is not now. */
  recordFailure(failure: Failure): number | undefined {
    this.#circuit = recordFailure(this.#circuit, failure, Date.now());
    return this.#circuit.state === "open" ? this.#circuit.retryAt : undefined;
  }

  recordSuccess(): void {
    this.#circuit = CLOSED;
  }
}
