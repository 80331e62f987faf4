import { globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { citedIds, isShown, readDocument, ROOT, rowsOf, unresolvedIds } from "./test-ids.ts";

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

  it("has a test for every module of the certification tests", () => {
    const modules = Array.from(table.matchAll(/^\| `([a-z0-9-]+)` \|/gm), ([, name]) => name ?? "");
    expect(modules.length).toBeGreaterThan(10);
    const tests = globSync("test/**/*.test.ts", { cwd: ROOT }).map(readDocument).join("\n");
    // In a title, or in a row of a table of tests.
    const missing = modules.filter((name) => !new RegExp(`["\`]${name}["\`:]`).test(tests));
    expect(missing).toEqual([]);
  });
});
