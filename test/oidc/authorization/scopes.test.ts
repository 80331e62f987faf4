import { describe, expect, it } from "vitest";
import { grantedScope } from "../../../src/oidc/authorization/scopes.ts";

describe("a client that asks for", () => {
  it.each([
    ["openid", "openid"],
    ["profile openid", "openid profile"],
    ["openid openid", "openid"],
    ["openid email offline_access", "openid email offline_access"],
    ["openid admin", "openid"],
    [" openid", "openid"],
    ["openid ", "openid"],
    ["openid  profile", "openid profile"],
    [`openid ${"x".repeat(5000)}`, "openid"],
    [`${"scope-of-another-server ".repeat(100)} openid`, "openid"],
  ])("grants for the requested scope %j the scope %j [RFC10027-6.1.9]", (asked, granted) => {
    expect(grantedScope(asked)).toEqual({ ok: true, value: granted });
  });

  it.each([
    [undefined, "scope is missing."],
    ["", "scope is missing."],
    ["  ", "scope is missing."],
    ["admin", "scope has none of openid, profile, email, offline_access."],
    ["OPENID", "scope has none of openid, profile, email, offline_access."],
    ['openid "', "scope has a character that RFC 6749 section 3.3 does not allow."],
    ["openid\\profile", "scope has a character that RFC 6749 section 3.3 does not allow."],
    ["openid\tprofile", "scope has a character that RFC 6749 section 3.3 does not allow."],
    ["openid\nprofile", "scope has a character that RFC 6749 section 3.3 does not allow."],
    ["openid\u00a0profile", "scope has a character that RFC 6749 section 3.3 does not allow."],
  ])("refuses the requested scope %j: %s", (asked, description) => {
    expect(grantedScope(asked)).toEqual({
      ok: false,
      error: { code: "invalid_scope", description },
    });
  });
});
