import { expect, it } from "vitest";
import { roundTripsBeyondConnection } from "../../bench/wire/round-trips.ts";
import { scaled, sum } from "../../bench/wire/traffic.ts";

it("sums traffic and divides it among logins", () => {
  const one = { connections: 1, requests: 2, up: 100, down: 300 };
  const two = { connections: 0, requests: 4, up: 20, down: 30 };
  expect(sum(one, two)).toEqual({ connections: 1, requests: 6, up: 120, down: 330 });
  expect(sum()).toEqual({ connections: 0, requests: 0, up: 0, down: 0 });
  expect(scaled(two, 0.5)).toEqual({ connections: 0, requests: 2, up: 10, down: 15 });
});

it("derives the round trips of a page from its delay", () => {
  const near = [
    { code: 130, connection: 10 },
    { code: 90, connection: 10 },
    { code: 100, connection: 10 },
  ];
  const far = [
    { code: 1100, connection: 410 },
    { code: 1090, connection: 410 },
  ];
  expect(roundTripsBeyondConnection(near, far, 200)).toBeCloseTo((685 - 90) / 200);
});
