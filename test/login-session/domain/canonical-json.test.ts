import { expect, it } from "vitest";
import { canonicalJson } from "../../../src/lib/canonical-json.ts";

it("is the same text for the same value, however it was put together (RFC 8785)", () => {
  const text = '{"a":[1,{"x":null,"y":"é\\n"}],"b":true,"€":1.5}';
  expect(canonicalJson({ "€": 1.5, b: true, a: [1, { y: "é\n", x: null }] })).toBe(text);
});

it("leaves out what is undefined", () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});
