import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCsv } from "../../src/lib/csv.ts";

/** Parses CSV (RFC 4180 §2). */
function parse(csv: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], "", false];
  for (let i = 0; i < csv.length; i++) {
    const character = csv.charAt(i);
    if (character === '"' && quoted && csv.charAt(i + 1) === '"') {
      cell += '"';
      i += 1;
    } else if (character === '"') quoted = !quoted;
    else if (quoted) cell += character;
    else if (character === ",") {
      row.push(cell);
      cell = "";
    } else if (character === "\n") {
      rows.push([...row, cell]);
      [row, cell] = [[], ""];
    } else if (character !== "\r") cell += character;
  }
  return rows;
}

describe("comma-separated values", () => {
  it.each([
    ["Graz", "Graz"],
    ["Graz, Austria", '"Graz, Austria"'],
    ['the "one"', '"the ""one"""'],
    ["two\r\nlines", '"two\r\nlines"'],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["=a,b", `"'=a,b"`],
    [undefined, ""],
  ])("writes the CSV cell %j as %j", (value, cell) => {
    expect(toCsv(["a", "b"], [{ a: value, b: "x" }])).toBe(`a,b\r\n${cell},x\r\n`);
  });

  it("writes CSV that parses to the same values, with no cell that starts like a formula", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab,\"\r\n=+-@\t'ü") });
    fc.assert(
      fc.property(fc.array(fc.record({ a: text, b: text }), { maxLength: 5 }), (records) => {
        const [header, ...rows] = parse(toCsv(["a", "b"], records));
        expect(header).toEqual(["a", "b"]);
        expect(rows).toHaveLength(records.length);
        rows.forEach(([a = "", b = ""], i) => {
          for (const [cell, value] of [
            [a, records[i]?.a],
            [b, records[i]?.b],
          ]) {
            expect([value, `'${value}`]).toContain(cell);
            expect(cell).not.toMatch(/^[=+\-@\t\r]/);
          }
        });
      }),
    );
  });
});
