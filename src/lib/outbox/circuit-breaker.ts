import { ATTEMPT_TIMEOUT } from "./outbox.ts";

/**
 * A circuit breaker for one receiver: functions of their arguments, without clock, randomness or
 * storage. Instants and durations are in milliseconds.
 *
 * Closed: messages are sent. Open, after several failures in a row: nothing is sent for a pause.
 * Half-open, after the pause: one message is sent as a probe, and what becomes of it closes the circuit,
 * or opens it for a longer pause.
 */
export type Circuit = ClosedCircuit | OpenCircuit;

interface ClosedCircuit {
  state: "closed";
  /** Failures in a row, as far as it is known. */
  failures: number;
  lastFailureAt: number;
}

interface OpenCircuit {
  state: "open";
  /** How long it was opened for. */
  pause: number;
  /** When the next probe may be sent. */
  retryAt: number;
}

export const CLOSED: ClosedCircuit = { state: "closed", failures: 0, lastFailureAt: 0 };

/** Failures in a row after which the circuit opens. */
export const MAX_FAILURES = 5;

/** Failures that are farther apart are not in a row: other senders will have succeeded between them. */
const FAILURE_WINDOW = 60_000;

/** A receiver may only have restarted. */
const FIRST_PAUSE = 5_000;

/** A receiver that is back gets what waits for it within a few minutes. */
export const MAX_PAUSE = 60_000;

/** Milliseconds in which the outcome of a probe is known. A probe without one was lost with its sender. */
const PROBE_TIME = ATTEMPT_TIMEOUT + 1_000;

/** Whether a message may be sent now, or when to ask again. */
export type Permission = { send: true; isProbe: boolean } | { send: false; retryAt: number };

/** Asks to send a message. Of those that ask while the circuit is half-open, the first one may. */
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

/** How a message failed, as its sender knows. */
export interface Failure {
  isProbe: boolean;
  /** When the sender last saw the receiver accept a message, if it ever did. */
  lastSuccessAt: number;
}

export function recordFailure(circuit: Circuit, failure: Failure, now: number): Circuit {
  if (circuit.state === "open") {
    // What was sent before the circuit opened says nothing new.
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
