import { describe, expect, it } from "vitest";
import {
  add,
  bill,
  mean,
  monthlyBill,
  NOTHING,
  range,
  times,
  usage,
  withAbandoned,
  type Counts,
} from "../../bench/cost/model.ts";
import { PRICES } from "../../bench/cost/prices.ts";

const counts = (some: Partial<Counts>): Counts => ({ ...NOTHING, ...some });

describe("counts", () => {
  it("add up, member by member", () => {
    const sum = add(counts({ rowsRead: 2, alarms: 1 }), counts({ rowsRead: 3 }), NOTHING);
    expect(sum).toEqual(counts({ rowsRead: 5, alarms: 1 }));
  });

  it("of no logins at all are nothing", () => {
    expect(add()).toEqual(NOTHING);
    expect(() => mean([])).toThrow(RangeError);
  });

  it("have a mean, a least and a most", () => {
    const both = [counts({ objectRequests: 4, secondsAwake: 1 }), counts({ objectRequests: 6 })];
    expect(mean(both)).toEqual(counts({ objectRequests: 5, secondsAwake: 0.5 }));
    expect(range(both)).toEqual({
      least: counts({ objectRequests: 4 }),
      most: counts({ objectRequests: 6, secondsAwake: 1 }),
    });
  });

  it("of a login with two abandoned codes are those of all three", () => {
    const login = counts({ rowsWritten: 5, workerRequests: 5 });
    const abandoned = counts({ rowsWritten: 2, workerRequests: 1 });
    expect(withAbandoned(login, abandoned, 2)).toEqual(
      counts({ rowsWritten: 9, workerRequests: 7 }),
    );
  });
});

describe("what is on the bill", () => {
  it("are alarms as requests, and twenty messages as one", () => {
    const used = usage(counts({ objectRequests: 5, alarms: 2, socketMessages: 10 }));
    expect(used.objectRequests).toBe(7.5);
  });

  it("is the time awake by 128 MB, as in the documentation's own example", () => {
    expect(usage(counts({ secondsAwake: 1_000_000 })).objectGbSeconds).toBeCloseTo(128_000);
  });
});

describe("the price of a million logins", () => {
  it("is each price by how often", () => {
    const { items, total } = bill(
      {
        workerRequests: 10,
        workerCpuMs: 5,
        objectRequests: 8,
        alarms: 1,
        socketMessages: 20,
        secondsAwake: 1,
        rowsRead: 1000,
        rowsWritten: 7,
      },
      1_000_000,
    );
    expect(items.workerRequests).toBeCloseTo(3);
    expect(items.workerCpuMs).toBeCloseTo(0.1);
    expect(items.objectRequests).toBeCloseTo(1.5);
    expect(items.objectGbSeconds).toBeCloseTo(1.6);
    expect(items.rowsRead).toBeCloseTo(1);
    expect(items.rowsWritten).toBeCloseTo(7);
    expect(total).toBeCloseTo(14.2);
  });

  it("is nothing for nothing", () => {
    expect(bill(NOTHING, 1_000_000).total).toBe(0);
  });

  it("grows with the logins, in proportion", () => {
    const login = counts({ rowsWritten: 3, workerRequests: 2 });
    expect(bill(login, 2_000_000).total).toBeCloseTo(2 * bill(login, 1_000_000).total);
    expect(bill(times(2, login), 1_000_000).total).toBeCloseTo(bill(login, 2_000_000).total);
  });
});

describe("a month's bill", () => {
  it("has nothing on it that is included", () => {
    const login = counts({ workerRequests: 10, rowsWritten: 50, objectRequests: 1 });
    expect(monthlyBill(login, 1_000_000).total).toBe(0);
  });

  it("charges only what is beyond it", () => {
    const { items, total } = monthlyBill(counts({ workerRequests: 11, rowsWritten: 8 }), 1_000_000);
    expect(items.workerRequests).toBeCloseTo(0.3);
    expect(total).toBeCloseTo(0.3);
  });

  it("is that of the documentation's example: 1.5 M requests, and 1 M seconds awake are within it", () => {
    // Two hundred Durable Objects that are asked 1.5 M times a month, and awake for 1 M seconds.
    const month = counts({ objectRequests: 1_500_000, secondsAwake: 1_000_000 });
    expect(monthlyBill(month, 1).items.objectRequests).toBeCloseTo(0.075);
    expect(monthlyBill(month, 1).items.objectGbSeconds).toBe(0);
  });
});

it("every price says where it is from, and when that was so", () => {
  for (const price of Object.values(PRICES)) {
    expect(price.source).toMatch(/^https:\/\/developers\.cloudflare\.com\//);
    expect(price.date).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
});
