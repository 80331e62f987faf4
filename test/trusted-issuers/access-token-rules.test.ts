import { describe, expect, it } from "vitest";
import { violationOf } from "../../src/trusted-issuers/access-token-rules.ts";

const NOW = 1_700_000_000;
const RULES = { token_type: "at+jwt", max_lifetime: 86_400 } as const;
const CLAIMS = { iss: "i", aud: "a", sub: "ada", iat: NOW, exp: NOW + 600 };

function violation(claims: object, rules: object = {}) {
  return violationOfType("at+jwt", claims, rules);
}

function violationOfType(typ: unknown, claims: object, rules: object) {
  return violationOf({ typ, claims: { ...CLAIMS, ...claims } }, { ...RULES, ...rules }, NOW);
}

describe("violationOf", () => {
  it("accepts an access token of RFC 9068 with default settings", () => {
    const token = { client_id: "app", jti: "1", scope: "openid" };
    expect(violation(token)).toBeUndefined();
    expect(violation({})).toBeUndefined();
  });

  it.each([
    ["at+jwt", ["at+jwt", "AT+JWT", "application/at+jwt"]],
    ["JWT", ["JWT", "jwt", "application/jwt"]],
    ["any", ["at+jwt", "JWT", undefined]],
  ])("accepts for token_type %j the types %j and no others", (token_type, accepted) => {
    const types = ["at+jwt", "AT+JWT", "application/at+jwt", "JWT", "jwt", "application/jwt"];
    for (const typ of [...types, undefined, "logout+jwt", "", null, 7]) {
      const isAccepted = violationOfType(typ, { scope: "a" }, { token_type }) === undefined;
      const alike = [accepted].flat().some((each) => spelled(each) === spelled(typ));
      expect([typ, isAccepted]).toEqual([typ, alike]);
    }
  });

  it("accepts a token without the type at+jwt only with a scope or a client_id", () => {
    const rules = { token_type: "any" };
    expect(violationOfType("JWT", {}, rules)).toBe("not_an_access_token");
    expect(violationOfType(undefined, { scope: "" }, rules)).toBe("not_an_access_token");
    expect(violationOfType("JWT", { scope: "a" }, rules)).toBeUndefined();
    expect(violationOfType("JWT", { scp: ["a"] }, rules)).toBeUndefined();
    expect(violationOfType(undefined, { client_id: "app" }, rules)).toBeUndefined();
  });

  it("names the violated rule", () => {
    const allowed_clients = ["app"];
    const several = { aud: ["a", "b"] };
    expect(violation({ nonce: "n" })).toBe("id_token");
    expect(violation(several)).toBe("several_audiences");
    expect(violation({ aud: ["a"] })).toBeUndefined();
    expect(violation({ ...several, azp: "app" }, { allowed_clients })).toBeUndefined();
    expect(violation({ client_id: "app", azp: "b" }, { allowed_clients })).toBe(
      "client_not_allowed",
    );
    const required_scope = "a b";
    expect(violation({ scope: "b c a" }, { required_scope })).toBeUndefined();
    expect(violation({ scp: "a b" }, { required_scope })).toBeUndefined();
    expect(violation({ scope: "a" }, { required_scope })).toBe("scope_missing");
    expect(violation({ iat: NOW + 6 })).toBe("issued_in_the_future");
    expect(violation({ iat: NOW + 5 })).toBeUndefined();
    expect(violation({ exp: NOW + 86_401 })).toBe("lives_too_long");
    expect(violation({ exp: undefined })).toBe("lives_too_long");
  });
});

function spelled(typ: unknown): unknown {
  return typeof typ === "string" ? typ.toLowerCase().replace("application/", "") : typ;
}
