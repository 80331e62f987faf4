import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/trusted-issuers/subject.ts";

describe("the subject of a user", () => {
  it.each([
    // [the source's prefix, the name it gives, all prefixes, the subject]
    ["", "ada", ["", "pk_"], "ada"],
    ["acme:", "ada", ["acme:", "pk_"], "acme:ada"],
    ["", "pk_ada", ["", "pk_"], undefined],
    ["p", "k_ada", ["p", "pk_"], undefined],
    ["", "acme:ada", ["", "acme:", "pk_"], undefined],
    ["acme:", "eu:ada", ["acme:", "acme:eu:", "pk_"], undefined],
    ["acme:eu:", "ada", ["acme:", "acme:eu:", "pk_"], "acme:eu:ada"],
    ["acme:", "pk_ada", ["acme:", "pk_"], "acme:pk_ada"],
    ["acme:", "acme:ada", ["acme:", "pk_"], "acme:acme:ada"],
    ["", "PK_ada", ["", "pk_"], "PK_ada"],
  ])(
    "maps prefix %j and sub %j among the prefixes %j to the subject %j",
    (prefix, name, prefixes, subject) => {
      expect(subjectOf(prefix, name, prefixes)).toBe(subject);
    },
  );

  it("never gives one subject to two sources [OIDC-CORE-8]", () => {
    // Few letters, so that prefixes overlap.
    const text = fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 5 });
    const sources = fc.uniqueArray(text, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sources, text, (prefixes, subject) => {
        const owners = prefixes.filter(
          (prefix) =>
            subject.startsWith(prefix) &&
            subjectOf(prefix, subject.slice(prefix.length), prefixes) === subject,
        );
        // Exactly one source if any prefix matches, otherwise none.
        const possible = prefixes.some((prefix) => subject.startsWith(prefix));
        expect(owners).toHaveLength(possible ? 1 : 0);
      }),
    );
  });
});
