import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CLOSED,
  MAX_FAILURES,
  MAX_PAUSE,
  recordFailure,
  requestToSend,
  type Circuit,
} from "../../../src/lib/outbox/circuit-breaker.ts";

const FAILURE = { isProbe: false, lastSuccessAt: 0 };

/** The circuit after so many failures in a row, one a second. */
function failing(times: number, from = 1000): Circuit {
  let circuit: Circuit = CLOSED;
  for (let i = 0; i < times; i++) circuit = recordFailure(circuit, FAILURE, from + i * 1000);
  return circuit;
}

/** An open circuit, and the time of its next probe. */
function open(): { circuit: Circuit; retryAt: number } {
  const circuit = failing(MAX_FAILURES);
  if (circuit.state !== "open") throw new Error("not open");
  return { circuit, retryAt: circuit.retryAt };
}

describe("a circuit breaker", () => {
  it("sends every message while the receiver has not failed", () => {
    expect(requestToSend(CLOSED, 5).permission).toEqual({ send: true, isProbe: false });
  });

  it("opens the circuit after five failures in a row and sends nothing for a pause", () => {
    expect(requestToSend(failing(MAX_FAILURES - 1), 6000).permission.send).toBe(true);
    const { circuit, retryAt } = open();
    expect(requestToSend(circuit, retryAt - 1).permission).toEqual({ send: false, retryAt });
  });

  it("keeps the circuit closed if a message was accepted between the failures", () => {
    let circuit = failing(MAX_FAILURES - 1);
    circuit = recordFailure(circuit, { ...FAILURE, lastSuccessAt: 4500 }, 5000);
    expect(circuit).toMatchObject({ state: "closed", failures: 1 });
  });

  it("keeps the circuit closed for failures that are minutes apart", () => {
    let circuit: Circuit = CLOSED;
    for (let i = 1; i < 20; i++) circuit = recordFailure(circuit, FAILURE, i * 60_000);
    expect(circuit.state).toBe("closed");
  });

  it("sends one probe after the pause while the other messages wait", () => {
    const { circuit, retryAt } = open();
    const first = requestToSend(circuit, retryAt);
    expect(first.permission).toEqual({ send: true, isProbe: true });
    const second = requestToSend(first.circuit, retryAt + 1);
    expect(second.permission).toEqual({ send: false, retryAt: retryAt + 6000 });
  });

  it("sends another probe if the first one had no result", () => {
    const { circuit, retryAt } = open();
    const first = requestToSend(circuit, retryAt);
    expect(requestToSend(first.circuit, retryAt + 6000).permission.send).toBe(true);
  });

  it("doubles the pause after each failed probe, up to a minute", () => {
    let { circuit, retryAt } = open();
    const pauses = Array.from({ length: 6 }, () => {
      circuit = recordFailure(
        requestToSend(circuit, retryAt).circuit,
        { ...FAILURE, isProbe: true },
        retryAt,
      );
      if (circuit.state !== "open") throw new Error("not open");
      const pause = circuit.retryAt - retryAt;
      ({ retryAt } = circuit);
      return pause;
    });
    expect(pauses).toEqual([10_000, 20_000, 40_000, MAX_PAUSE, MAX_PAUSE, MAX_PAUSE]);
  });

  it("ignores failures of messages that were sent before the circuit opened", () => {
    const { circuit } = open();
    expect(recordFailure(circuit, FAILURE, 10_000)).toEqual(circuit);
  });

  it("sends at most one message in each pause for any order of requests and results", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ after: fc.nat(2000), probeFails: fc.boolean(), straggler: fc.boolean() }),
          { maxLength: 200 },
        ),
        (steps) => {
          let { circuit, retryAt: now } = open();
          let probes = 0;
          let lastProbeAt = -Infinity;
          for (const { after, probeFails, straggler } of steps) {
            now += after;
            if (straggler) circuit = recordFailure(circuit, FAILURE, now);
            const asked = requestToSend(circuit, now);
            ({ circuit } = asked);
            if (!asked.permission.send) continue;
            expect(asked.permission.isProbe).toBe(true);
            expect(now - lastProbeAt).toBeGreaterThanOrEqual(5000);
            [probes, lastProbeAt] = [probes + 1, now];
            if (probeFails) circuit = recordFailure(circuit, { ...FAILURE, isProbe: true }, now);
          }
          expect(circuit.state).toBe("open");
          expect(probes).toBeLessThanOrEqual(steps.length);
        },
      ),
    );
  });
});
