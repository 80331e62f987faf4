import { describe, expect, it } from "vitest";
import { parseAuthorization } from "../../../src/oidc/clients/authorization-header.ts";

describe("an Authorization header", () => {
  it.each([
    ["Bearer abc.def-_~+/==", { scheme: "Bearer", token: "abc.def-_~+/==" }],
    ["bearer abc", { scheme: "Bearer", token: "abc" }],
    ["Bearer   abc ", { scheme: "Bearer", token: "abc" }],
    ["DPoP abc", { scheme: "DPoP", token: "abc" }],
    ["dpop abc", { scheme: "DPoP", token: "abc" }],
    ["Bearer", undefined],
    ["Bearer ", undefined],
    ["DPoP", undefined],
    ["Bearer a b", undefined],
    ["Bearer a,b", undefined],
    ["Bearer abc, DPoP abc", undefined],
    ["BearerDPoP abc", undefined],
    ["Basic YTpi", undefined],
    ["abc", undefined],
    ["", undefined],
  ])("reads the Authorization header %j as %j", (header, token) => {
    expect(parseAuthorization(header)).toEqual(token);
  });
});
