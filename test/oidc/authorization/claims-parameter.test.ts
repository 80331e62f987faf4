import { describe, expect, it } from "vitest";
import {
  readClaims,
  type ClaimsParameter,
} from "../../../src/oidc/authorization/claims-parameter.ts";

/** What a `claims` parameter asks for, or the description of its error. */
function read(claims: unknown, scope = "openid"): ClaimsParameter | string {
  const text = typeof claims === "string" ? claims : JSON.stringify(claims);
  const result = readClaims(text, scope);
  return result.ok ? result.value : result.error.description;
}

describe("a claims parameter (OpenID Connect Core §5.5)", () => {
  it.each<[string, object]>([
    ["nothing", {}],
    ["no member that is known", { verified_claims: {}, id_token: null, userinfo: {} }],
    ["an unknown claim", { id_token: { signin_state: { essential: false } } }],
    ["unknown members of a claim", { id_token: { sub: { purpose: "x" }, phone: null } }],
    [
      "what every ID token has",
      { id_token: { auth_time: { essential: true }, acr: null, amr: null } },
    ],
    ["members of every object", { id_token: { constructor: null, toString: {}, __proto__: null } }],
  ])("stores nothing if it asks for %s", (_, claims) => {
    expect(read(claims)).toEqual({});
  });

  it("asks for personal data in the ID token, at the UserInfo endpoint, or at both", () => {
    const claims = {
      id_token: { email: null, email_verified: { essential: true } },
      userinfo: { name: { essential: true }, email: {} },
    };
    expect(read(claims)).toEqual({
      claims: { id_token: ["email", "email_verified"], userinfo: ["name", "email"] },
    });
  });

  it("asks for the authentication at the UserInfo endpoint", () => {
    expect(read({ userinfo: { acr: null, auth_time: null, amr: null } })).toEqual({
      claims: { userinfo: ["auth_time", "acr", "amr"] },
    });
  });

  it("adds nothing that the scope gives", () => {
    const claims = { id_token: { name: null, email: null }, userinfo: { email: null } };
    expect(read(claims, "openid email profile")).toEqual({});
    expect(read(claims, "openid email")).toEqual({ claims: { id_token: ["name"] } });
  });

  it("adds nothing to a request without openid, which has neither place", () => {
    expect(read({ userinfo: { name: null } }, "email")).toEqual({});
  });

  it("limits who can log in by the values of sub in either place", () => {
    expect(read({ id_token: { sub: { value: "ada" } } })).toEqual({ subjects: ["ada"] });
    expect(read({ userinfo: { sub: { values: ["ada", "bob", "ada"] } } })).toEqual({
      subjects: ["ada", "bob"],
    });
    const both = { id_token: { sub: { value: "ada" } }, userinfo: { sub: { values: ["bob"] } } };
    expect(read(both)).toEqual({ subjects: [] });
    expect(read({ id_token: { sub: { value: 1 } } })).toEqual({ subjects: [] });
  });

  it("requires an acr only if it is essential and has values (§5.5.1.1)", () => {
    const acr = (asked: object) => read({ id_token: { acr: asked } });
    expect(acr({ essential: true, values: ["a", "b"] })).toEqual({ requiredAcr: ["a", "b"] });
    expect(acr({ essential: true, value: "a" })).toEqual({ requiredAcr: ["a"] });
    expect(acr({ essential: true })).toEqual({});
    expect(acr({ values: ["a"] })).toEqual({});
    expect(acr({ essential: false, values: ["a"] })).toEqual({});
  });

  it.each<[string, unknown]>([
    ["claims is not JSON.", "{"],
    ["claims is not JSON.", "name email"],
    ["claims must be an object with members id_token and userinfo.", '"name"'],
    ["claims must be an object with members id_token and userinfo.", "[]"],
    ["claims must be an object with members id_token and userinfo.", "null"],
    ["claims must have null or an object for each claim.", { id_token: [] }],
    ["claims must have null or an object for each claim.", { id_token: ["email"] }],
    ["claims must have null or an object for each claim.", { userinfo: "email" }],
    ["claims must have null or an object for each claim.", { userinfo: { email: true } }],
    ["claims must have null or an object for each claim.", { userinfo: { email: [] } }],
    [
      "claims must have null or an object for each claim.",
      { userinfo: { email: { essential: 1 } } },
    ],
    ["claims must have null or an object for each claim.", { id_token: { acr: { values: "a" } } }],
    ["claims has more than 4000 characters.", { id_token: { x: { value: "x".repeat(4000) } } }],
  ])("is refused: %s (%#)", (description, claims) => {
    expect(read(claims)).toBe(description);
  });
});
