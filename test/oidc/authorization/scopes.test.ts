import { describe, expect, it } from "vitest";
import { grantedScope } from "../../../src/oidc/authorization/scopes.ts";

describe("a client that asks for", () => {
  it.each([
    ["openid", "openid"],
    ["profile openid", "openid profile"],
    ["openid openid", "openid"],
    ["openid email offline_access", "openid email offline_access"],
    ["openid admin", "openid"],
    ["admin", undefined],
    ["OPENID", undefined],
    ["", undefined],
    [" openid", undefined],
    ["openid  profile", undefined],
    ['openid "', undefined],
    ["openid\tprofile", undefined],
    [`openid ${"x".repeat(200)}`, undefined],
  ])("grants for the requested scope %j the scope %j [RFC10027-6.1.9]", (asked, granted) => {
    expect(grantedScope(asked)).toBe(granted);
  });
});
