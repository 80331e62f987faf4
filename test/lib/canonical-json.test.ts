import { expect, it } from "vitest";
import { canonicalJson } from "../../src/lib/canonical-json.ts";

it("writes equal values as the same text, whatever the order of their members (RFC 8785)", () => {
  const text = '{"a":[1,{"x":null,"y":"é\\n"}],"b":true,"€":1.5}';
  expect(canonicalJson({ "€": 1.5, b: true, a: [1, { y: "é\n", x: null }] })).toBe(text);
});

it("leaves out undefined members of canonical JSON", () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});
