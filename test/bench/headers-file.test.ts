import { expect, it } from "vitest";
import { headersFor, parseHeadersFile } from "../../bench/wire/headers-file.ts";
import { headersFile } from "../../src/routes/middleware/security-headers.ts";

const rules = parseHeadersFile("/*\n  A: 1\n  B: two words\n\n/open\n  ! B\n  C: 3\n");

it("applies the headers of all files to each file", () => {
  expect(headersFor(rules, "/style.css")).toEqual({ a: "1", b: "two words" });
});

it("removes and adds headers of one file", () => {
  expect(headersFor(rules, "/open")).toEqual({ a: "1", c: "3" });
});

it("reads the _headers file of the build", () => {
  const file = headersFile(
    { "X-Frame-Options": "DENY" },
    { "/sdk.js": { "X-Frame-Options": "-" } },
  );
  const written = parseHeadersFile(file);
  expect(headersFor(written, "/")["x-frame-options"]).toBe("DENY");
  expect(headersFor(written, "/sdk.js")["x-frame-options"]).toBe("-");
});
