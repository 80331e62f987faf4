import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** The table of conformance names tests that there are. */

const TESTS = join(import.meta.dirname, "..");
const table = readFileSync(join(TESTS, "conformance/README.md"), "utf8");

/** What stands in backquotes and has the form `file › title`. */
const named = Array.from(table.matchAll(/`([^`]+?\.test\.ts) › ([^`]+)`/g), ([, file, title]) => ({
  file: file ?? "",
  title: title ?? "",
}));

/** A title, or a row of a table of tests, as it is written in the file. */
function isIn({ file, title }: { file: string; title: string }): boolean {
  const path = join(TESTS, file);
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  return [`"${title.replaceAll('"', '\\"')}"`, `\`${title}\``].some((literal) =>
    text.includes(literal),
  );
}

describe("the table of conformance", () => {
  it("names tests that there are", () => {
    expect(named.length).toBeGreaterThan(150);
    expect(named.filter((test) => !isIn(test))).toEqual([]);
  });

  it("would be found to name one that there isn't", () => {
    expect(isIn({ file: "config.test.ts", title: "no such test" })).toBe(false);
    expect(isIn({ file: "no-such.test.ts", title: "configuration" })).toBe(false);
  });

  it("has a test, or a reason, for every requirement", () => {
    const rows = table.split("\n").filter((line) => /^\| [\d.]/.test(line));
    expect(rows.length).toBeGreaterThan(100);
    const bare = rows.filter((row) => !/`[^`]+\.test\.ts › [^`]+`|Not applicable: /.test(row));
    expect(bare).toEqual([]);
  });
});
