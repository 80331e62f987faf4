import { ATTEMPT_TIMEOUT } from "./outbox.ts";

/**
 * A circuit breaker for one receiver: pure functions. Instants and durations are in milliseconds.
 *
 * Closed: messages are sent. Open, after several failures in a row: nothing is sent for a pause.
 * Half-open, after the pause: one message is sent as a probe. Its success closes the circuit, its
 * failure doubles the pause.
 */
export type Circuit = ClosedCircuit | OpenCircuit;

interface ClosedCircuit {
  state: "closed";
  /** Failures in a row. */
  failures: number;
  lastFailureAt: number;
}

interface OpenCircuit {
  state: "open";
  /** How long it is open. */
  pause: number;
  /** When the next probe may be sent. */
  retryAt: number;
}

export const CLOSED: ClosedCircuit = { state: "closed", failures: 0, lastFailureAt: 0 };

/** Failures in a row after which the circuit opens. */
export const MAX_FAILURES = 5;

/** Failures that are farther apart are not in a row, since other senders may have succeeded in between. */
const FAILURE_WINDOW = 60_000;

/** Time for a receiver to restart. */
const FIRST_PAUSE = 5_000;

/** A recovered receiver gets its messages within minutes. */
export const MAX_PAUSE = 60_000;

/** Time until the result of a probe is known. Without a result, its sender was reset. */
const PROBE_TIME = ATTEMPT_TIMEOUT + 1_000;

/** Whether a message may be sent now, or when to ask again. */
export type Permission = { send: true; isProbe: boolean } | { send: false; retryAt: number };

/** Asks for permission to send. In the half-open state only the first request gets it. */
export function requestToSend(
  circuit: Circuit,
  now: number,
): { circuit: Circuit; permission: Permission } {
  if (circuit.state === "closed") return { circuit, permission: { send: true, isProbe: false } };
  if (now < circuit.retryAt) {
    return { circuit, permission: { send: false, retryAt: circuit.retryAt } };
  }
  return {
    circuit: { ...circuit, retryAt: now + PROBE_TIME },
    permission: { send: true, isProbe: true },
  };
}

/** A failed message, as its sender reports it. */
export interface Failure {
  isProbe: boolean;
  /** When the receiver last accepted a message of this sender; 0 if never. */
  lastSuccessAt: number;
}

export function recordFailure(circuit: Circuit, failure: Failure, now: number): Circuit {
  if (circuit.state === "open") {
    // Messages that were sent before the circuit opened are ignored.
    if (!failure.isProbe) return circuit;
    const pause = Math.min(circuit.pause * 2, MAX_PAUSE);
    return { state: "open", pause, retryAt: now + pause };
  }
  const isInARow =
    failure.lastSuccessAt <= circuit.lastFailureAt && now - circuit.lastFailureAt < FAILURE_WINDOW;
  const failures = isInARow ? circuit.failures + 1 : 1;
  return failures < MAX_FAILURES
    ? { state: "closed", failures, lastFailureAt: now }
    : { state: "open", pause: FIRST_PAUSE, retryAt: now + FIRST_PAUSE };
}
