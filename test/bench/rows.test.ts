import { describe, expect, it } from "vitest";
import { withExtraCost, findRow, headline, mergeRows, type Row } from "../../bench/harness/rows.ts";

const old: Row[] = [
  { measure: "told", subject: "sse", unit: "ms", p50: 1, p95: 2, p99: 3 },
  { measure: "bytes", subject: "sse", unit: "bytes", value: 900 },
];

describe("rows", () => {
  it("replaces all earlier rows of a suite's measures", () => {
    const rows = mergeRows(
      old,
      ["told", "tokens"],
      [
        {
          measure: "told",
          subject: "websocket",
          unit: "ms",
          p50: 1.23456,
          p95: 2,
          p99: 3,
          count: 12345,
        },
      ],
    );
    expect(rows).toEqual([
      { measure: "bytes", subject: "sse", unit: "bytes", value: 900 },
      {
        measure: "told",
        subject: "websocket",
        unit: "ms",
        p50: 1.235,
        p95: 2,
        p99: 3,
        count: 12345,
      },
    ]);
  });

  it("adds an overhead to value and spread", () => {
    const cost: Row = { measure: "cpu", subject: "sse", unit: "ms", value: 9, spread: [8, 11] };
    expect(withExtraCost(cost, 3)).toEqual({ ...cost, value: 12, spread: [11, 14] });
    const [told] = old;
    expect(() => told && withExtraCost(told, 3)).toThrow("told is no single value");
  });

  it("rejects rows of an unannounced measure", () => {
    expect(() => mergeRows([], ["told"], old)).toThrow("bytes");
  });

  it("rounds values and spread to four digits", () => {
    const row: Row = {
      measure: "m",
      subject: "s",
      at: 10_001,
      unit: "ms",
      value: 98765.4,
      spread: [0.123456, 7],
    };
    expect(mergeRows([], ["m"], [row])).toEqual([{ ...row, value: 98770, spread: [0.1235, 7] }]);
  });

  it("finds rows by measure, subject and place", () => {
    const rows: Row[] = [1, 16].map((at) => ({
      measure: "m",
      subject: "s",
      at,
      unit: "ms",
      value: at,
    }));
    expect(findRow(rows, { measure: "m", subject: "s", at: 16 })).toBe(rows[1]);
    expect(findRow(rows, { measure: "m", subject: "s" })).toBe(rows[0]);
    expect(findRow(rows, { measure: "m", subject: "other" })).toBeUndefined();
  });

  it("uses the value or the median of a row", () => {
    expect(old.map(headline)).toEqual([1, 900]);
  });
});
