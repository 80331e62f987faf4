import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./test-ids.ts";

/** Every row that a Durable Object reads is parsed by its format (src/lib/row-format.ts). */

const FORMATS = "lib/row-format.ts";

const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !/^(?:web|sdk)\//.test(path) && path !== FORMATS)
  .map((path) => ({ path, text: readFileSync(join(ROOT, "src", path), "utf8") }));

/** What gives whatever is stored. */
const READS = [
  // The key-value API of SQLite storage, under any name of a variable that ends in "kv".
  /\bkv\s*\??\.\s*(?:get|list)\b/i,
  /\bstorage\s*\??\.\s*(?:get|list)\b/,
  // A query with a type that nobody checks.
  /\bexec\s*</,
  /(?<!\.parse(?:OrReport)?\(\w+\.)\bdeserializeAttachment\b/,
];

describe("rows of Durable Objects", () => {
  it("reads rows only by their formats", () => {
    const found = files.flatMap(({ path, text }) =>
      READS.filter((read) => read.test(text)).map((read) => `${path}: ${read}`),
    );
    expect(found).toEqual([]);
  });

  it("parses rows that come from a query", () => {
    const queries = files.filter(({ text }) => /\bexec\(\s*["'`]SELECT/.test(text));
    expect(queries.map(({ path }) => path)).toEqual(["user-codes/user-codes.ts"]);
    const text = queries.map((query) => query.text).join("\n");
    const selects = text.match(/\bexec\(\s*["'`]SELECT/g) ?? [];
    const parses = text.match(/\b[A-Z]+_ROW\.parse\(row\)/g) ?? [];
    expect(parses).toHaveLength(selects.length);
  });

  it("tests all formats with rows of earlier versions", () => {
    const listed = readFileSync(join(ROOT, "test/storage/formats.ts"), "utf8");
    const made = files.flatMap(({ path, text }) =>
      Array.from(
        text.matchAll(/^(.*?)(?:new RowFormat|\bdeliveryFormat)(?:<[^(]*>)?\(/gm),
        ([, before = ""]) => /^export const (\w+) = $/.exec(before)?.[1] ?? `${path}: ${before}`,
      ),
    );
    expect(made.length).toBeGreaterThan(20);
    // The function that makes the formats of outboxes.
    const exempt = [
      "lib/outbox/delivery-format.ts: export function ",
      "lib/outbox/delivery-format.ts:   return ",
    ];
    const missing = made.filter((name) => !new RegExp(`^ {2}${name},$`, "m").test(listed));
    expect(missing.toSorted()).toEqual(exempt.toSorted());
  });
});
