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

describe("what a login made the server do", () => {
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

  it("is its own object's doing, and its part of what is shared", () => {
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

  it("is not what older logins still do, nor what time does to the typed codes", () => {
    expect(ownTallies(before, after).map(({ id }) => id)).toEqual(["one", "two"]);
    const later = reading(20, ...after.objects.filter(({ id }) => id !== "one" && id !== "two"));
    const counts = countsPerLogin({ before, begun: before, after: later }, 1);
    expect(counts).toMatchObject({ alarms: 0, rowsWritten: 2 });
  });
});

describe("how a waiting login is disturbed", () => {
  const before = reading(0);
  const waiting = reading(
    0,
    tally("LoginSession", "one", { requests: 2, awake: 4 }),
    tally("LoginSession", "two", { requests: 2 }),
  );

  it("is not at all, where nothing reaches its object", () => {
    expect(disturbance(before, waiting, waiting)).toEqual({
      handlers: 0,
      wakings: 0,
      secondsAwake: 0,
    });
  });

  it("is each call, alarm and message, and each time that it wakes", () => {
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

  it("can't be told where nobody waits", () => {
    expect(() => disturbance(before, before, before)).toThrow(RangeError);
  });
});
