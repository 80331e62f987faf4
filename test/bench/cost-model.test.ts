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

describe("cost counts", () => {
  it("adds counts member by member", () => {
    const sum = add(counts({ rowsRead: 2, alarms: 1 }), counts({ rowsRead: 3 }), NOTHING);
    expect(sum).toEqual(counts({ rowsRead: 5, alarms: 1 }));
  });

  it("sums no logins to zero", () => {
    expect(add()).toEqual(NOTHING);
    expect(() => mean([])).toThrow(RangeError);
  });

  it("computes mean, minimum and maximum", () => {
    const both = [counts({ objectRequests: 4, secondsAwake: 1 }), counts({ objectRequests: 6 })];
    expect(mean(both)).toEqual(counts({ objectRequests: 5, secondsAwake: 0.5 }));
    expect(range(both)).toEqual({
      least: counts({ objectRequests: 4 }),
      most: counts({ objectRequests: 6, secondsAwake: 1 }),
    });
  });

  it("adds the counts of two abandoned codes to a login", () => {
    const login = counts({ rowsWritten: 5, workerRequests: 5 });
    const abandoned = counts({ rowsWritten: 2, workerRequests: 1 });
    expect(withAbandoned(login, abandoned, 2)).toEqual(
      counts({ rowsWritten: 9, workerRequests: 7 }),
    );
  });
});

describe("billed units", () => {
  it("bills an alarm as a request and twenty messages as one", () => {
    const used = usage(counts({ objectRequests: 5, alarms: 2, socketMessages: 10 }));
    expect(used.objectRequests).toBe(7.5);
  });

  it("bills active time at 128 MB as in the documented example", () => {
    expect(usage(counts({ secondsAwake: 1_000_000 })).objectGbSeconds).toBeCloseTo(128_000);
  });
});

describe("the price of a million logins", () => {
  it("multiplies each price by its count", () => {
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

  it("costs nothing for zero counts", () => {
    expect(bill(NOTHING, 1_000_000).total).toBe(0);
  });

  it("grows in proportion to the logins", () => {
    const login = counts({ rowsWritten: 3, workerRequests: 2 });
    expect(bill(login, 2_000_000).total).toBeCloseTo(2 * bill(login, 1_000_000).total);
    expect(bill(times(2, login), 1_000_000).total).toBeCloseTo(bill(login, 2_000_000).total);
  });
});

describe("the monthly bill", () => {
  it("charges nothing within the included usage", () => {
    const login = counts({ workerRequests: 10, rowsWritten: 50, objectRequests: 1 });
    expect(monthlyBill(login, 1_000_000).total).toBe(0);
  });

  it("charges only usage beyond the included amount", () => {
    const { items, total } = monthlyBill(counts({ workerRequests: 11, rowsWritten: 8 }), 1_000_000);
    expect(items.workerRequests).toBeCloseTo(0.3);
    expect(total).toBeCloseTo(0.3);
  });

  it("matches the documented example of 1.5 M requests", () => {
    // Two hundred Durable Objects that are asked 1.5 M times a month, and awake for 1 M seconds.
    const month = counts({ objectRequests: 1_500_000, secondsAwake: 1_000_000 });
    expect(monthlyBill(month, 1).items.objectRequests).toBeCloseTo(0.075);
    expect(monthlyBill(month, 1).items.objectGbSeconds).toBe(0);
  });
});

it("gives source and date of every price", () => {
  for (const price of Object.values(PRICES)) {
    expect(price.source).toMatch(/^https:\/\/developers\.cloudflare\.com\//);
    expect(price.date).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
});
