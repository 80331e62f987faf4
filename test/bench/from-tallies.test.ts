import { describe, expect, it } from "vitest";
import { countsPerLogin, disturbance, ownTallies } from "../../bench/cost/from-tallies.ts";
import { NOTHING } from "../../bench/cost/model.ts";
import type { Counted, Tally } from "../../bench/targets/counted/counts.ts";

function tally(className: string, id: string, some: Partial<Tally> = {}): Tally {
  return {
    className,
    id,
    constructions: 1,
    requests: 0,
    alarms: 0,
    socketMessages: 0,
    awake: 0,
    rowsRead: 0,
    rowsWritten: 0,
    wipes: 0,
    ...some,
  };
}

const reading = (workerRequests: number, ...objects: Tally[]): Counted => ({
  workerRequests,
  objects,
});

describe("the work of the server for a login", () => {
  const before = reading(
    10,
    tally("LoginSession", "old", { requests: 5, rowsWritten: 5 }),
    tally("UserCodes", "B", { requests: 3, rowsWritten: 9 }),
    tally("Account", "ann", { requests: 1, rowsWritten: 2 }),
  );
  const begun = reading(
    12,
    tally("LoginSession", "old", { requests: 5, rowsWritten: 5 }),
    tally("LoginSession", "one", { requests: 1, rowsWritten: 2 }),
    tally("LoginSession", "two", { requests: 1, rowsWritten: 2 }),
    tally("UserCodes", "B", { requests: 5, rowsWritten: 11 }),
    tally("Account", "ann", { requests: 1, rowsWritten: 2 }),
  );
  const after = reading(
    20,
    tally("LoginSession", "old", { requests: 5, alarms: 1, rowsWritten: 5 }),
    tally("LoginSession", "one", { requests: 5, alarms: 1, awake: 10, rowsWritten: 5 }),
    tally("LoginSession", "two", { requests: 5, alarms: 1, awake: 30, rowsWritten: 7 }),
    tally("UserCodes", "B", { requests: 5, alarms: 1, rowsWritten: 15 }),
    tally("Account", "ann", { requests: 3, rowsWritten: 4, rowsRead: 8 }),
  );

  it("counts a login's own object and its share of common work", () => {
    expect(countsPerLogin({ before, begun, after }, 2)).toEqual({
      ...NOTHING,
      workerRequests: 5,
      // Five of its own object's, one of the typed code's, one of the account's.
      objectRequests: 7,
      alarms: 1,
      secondsAwake: 0.02,
      rowsRead: 4,
      // Six of its own on average, one for the typed code, one in the account.
      rowsWritten: 8,
    });
  });

  it("excludes the work of older logins and of expiring typed codes", () => {
    expect(ownTallies(before, after).map(({ id }) => id)).toEqual(["one", "two"]);
    const later = reading(20, ...after.objects.filter(({ id }) => id !== "one" && id !== "two"));
    const counts = countsPerLogin({ before, begun: before, after: later }, 1);
    expect(counts).toMatchObject({ alarms: 0, rowsWritten: 2 });
  });
});

describe("wake-ups of a waiting login", () => {
  const before = reading(0);
  const waiting = reading(
    0,
    tally("LoginSession", "one", { requests: 2, awake: 4 }),
    tally("LoginSession", "two", { requests: 2 }),
  );

  it("counts no wake-up when nothing reaches the object", () => {
    expect(disturbance(before, waiting, waiting)).toEqual({
      handlers: 0,
      wakings: 0,
      secondsAwake: 0,
    });
  });

  it("counts each call, alarm, message and wake-up", () => {
    const later = reading(
      0,
      tally("LoginSession", "one", { requests: 4, alarms: 1, awake: 2004, constructions: 3 }),
      tally("LoginSession", "two", { requests: 2, socketMessages: 1 }),
      tally("LoginSession", "three", { requests: 9 }),
    );
    expect(disturbance(before, waiting, later)).toEqual({
      handlers: 2,
      wakings: 1,
      secondsAwake: 1,
    });
  });

  it("reports nothing when no login waits", () => {
    expect(() => disturbance(before, before, before)).toThrow(RangeError);
  });
});
