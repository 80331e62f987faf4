import { describe, expect, it } from "vitest";
import { citedIds, isShown, readDocument, rowsOf, unresolvedIds } from "./test-ids.ts";

const table = readDocument("test/conformance/README.md");

describe("the conformance table", () => {
  it("cites existing tests", () => {
    expect(citedIds(table).length).toBeGreaterThan(150);
    expect(unresolvedIds(table)).toEqual([]);
  });

  it("has a test or a reason for every requirement", () => {
    const rows = rowsOf(table).filter((line) => /^\| [\d.]/.test(line));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter((row) => !isShown(row))).toEqual([]);
  });
});
