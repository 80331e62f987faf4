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
 * The circuit breaker of one receiver, shared by all objects that send to it, and called only after
 * a failure. Its state is in memory: an idle object is evicted, and its circuit is closed again.
 */
export class ReceiverCircuit extends DurableObject<Env> {
  #circuit: Circuit = CLOSED;

  requestToSend(): Permission {
    const { circuit, permission } = requestToSend(this.#circuit, Date.now());
    this.#circuit = circuit;
    return permission;
  }

  /** When messages may be sent again; undefined for now. */
  recordFailure(failure: Failure): number | undefined {
    this.#circuit = recordFailure(this.#circuit, failure, Date.now());
    return this.#circuit.state === "open" ? this.#circuit.retryAt : undefined;
  }

  recordSuccess(): void {
    this.#circuit = CLOSED;
  }
}
