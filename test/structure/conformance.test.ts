import { describe, expect, it } from "vitest";
import { documentAt, exists, isShown, namedTests, rowsOf } from "./named-tests.ts";

/** The table of conformance names tests that there are. */

const table = documentAt("test/conformance/README.md");

describe("the table of conformance", () => {
  it("names tests that there are", () => {
    const named = namedTests(table);
    expect(named.length).toBeGreaterThan(150);
    expect(named.filter((test) => !exists(test))).toEqual([]);
  });

  it("would be found to name one that there isn't", () => {
    expect(exists({ file: "config.test.ts", title: "no such test" })).toBe(false);
    expect(exists({ file: "no-such.test.ts", title: "configuration" })).toBe(false);
  });

  it("has a test, or a reason, for every requirement", () => {
    const rows = rowsOf(table).filter((line) => /^\| [\d.]/.test(line));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter((row) => !isShown(row))).toEqual([]);
  });
});
