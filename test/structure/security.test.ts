import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { citedIds, isShown, readDocument, ROOT, rowsOf, unresolvedIds } from "./test-ids.ts";

const text = readDocument("docs/security.md");
const tables = text.slice(text.indexOf("## Requirements"));
const rows = rowsOf(tables);

/** The first cells of the rows below a heading. */
function numbersBelow(heading: string): string[] {
  const [, rest = ""] = text.split(`### ${heading}\n`);
  const [section = ""] = rest.split(/^##/m);
  return rowsOf(section).map((row) => row.split("|")[1]?.trim() ?? "");
}

const upTo = (last: number, prefix = "") =>
  Array.from({ length: last }, (_, i) => `${prefix}${i + 1}`);

describe("the security document", () => {
  it("cites existing tests", () => {
    expect(citedIds(text).length).toBeGreaterThan(200);
    expect(unresolvedIds(text)).toEqual([]);
  });

  it("names existing files", () => {
    const files = Array.from(
      text.matchAll(/`([\w./-]+\.(?:ts|html|toml|md))`/g),
      ([, path]) => path ?? "",
    );
    expect(files.length).toBeGreaterThan(100);
    const missing = files.filter((path) =>
      ["src", "."].every((folder) => !existsSync(join(ROOT, folder, path))),
    );
    expect(missing).toEqual([]);
  });

  it("has a test or a reason for every row", () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter((row) => !isShown(row))).toEqual([]);
  });

  it("has every mitigation of RFC 10027, every flaw and every point", () => {
    expect(numbersBelow("RFC 10027 (BCP 247)")).toEqual(["§2", ...upTo(17, "§6.1."), "§5"]);
    expect(numbersBelow("Six flaws (USENIX Security 2025)")).toEqual(upTo(6));
    expect(numbersBelow("What a best-in-class QR login has")).toEqual(upTo(25));
  });

  it.each([
    ["V3 Web frontend security", { 1: 1, 2: 3, 3: 5, 4: 8, 5: 8, 6: 1, 7: 5 }],
    ["V6 Authentication", { 1: 3, 2: 12, 3: 8, 4: 6, 5: 8, 6: 4, 7: 2, 8: 4 }],
    ["V7 Session management", { 1: 3, 2: 4, 3: 2, 4: 5, 5: 3, 6: 2 }],
    ["V9 Self-contained tokens", { 1: 3, 2: 4 }],
    ["V10 OAuth and OpenID Connect", { 1: 2, 2: 3, 3: 5, 4: 16, 5: 5, 6: 2, 7: 3 }],
  ])("has every requirement of ASVS 5.0, %s, once", (heading, sections) => {
    const [, chapter = ""] = /^V(\d+)/.exec(heading) ?? [];
    const all = Object.entries(sections).flatMap(([section, count]) =>
      upTo(count, `${chapter}.${section}.`),
    );
    expect(numbersBelow(heading).flatMap(expandRange)).toEqual(all);
  });
});

/** "6.2.1–6.2.12" stands for all numbers of the range. */
function expandRange(numbers: string): string[] {
  const [, prefix, first, last] = /^(\d+\.\d+\.)(\d+)–\1(\d+)$/.exec(numbers) ?? [];
  if (prefix === undefined) return [numbers];
  return upTo(Number(last), prefix).slice(Number(first) - 1);
}
