import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/crypto/digest.ts";
import { parseRefreshRequest } from "../../src/oauth/refresh-request.ts";
import { newRefreshToken, parseRefreshToken } from "../../src/oauth/refresh-token.ts";

const SID = "s".repeat(43);
const SECRET = "x".repeat(43);

describe("a refresh token", () => {
  it("names its account and its login, and is kept as a hash", async () => {
    const { token, hash } = await newRefreshToken("acme:ada", SID);
    expect(parseRefreshToken(token)).toEqual({ sub: "acme:ada", sid: SID });
    expect(hash).toBe(await sha256(token));
  });

  it("is another one each time", async () => {
    const [one, other] = [await newRefreshToken("ada", SID), await newRefreshToken("ada", SID)];
    expect(one.token).not.toBe(other.token);
  });

  it("names every subject that there can be", async () => {
    const subject = fc.stringMatching(/^[\x20-\x7e]{1,250}$/);
    await fc.assert(
      fc.asyncProperty(subject, async (sub) => {
        expect(parseRefreshToken((await newRefreshToken(sub, SID)).token)?.sub).toBe(sub);
      }),
    );
  });

  it.each([
    "",
    "ada",
    `YWRh.${SID}`,
    `.${SID}.${SECRET}`,
    `Y.${SID}.${SECRET}`,
    `YWRh.${SID}x.${SECRET}`,
    `YWRh.${SID}.${SECRET}x`,
    `YWRh.${SID}.${SECRET}\n`,
    `YWR+.${SID}.${SECRET}`,
    `YWRhx.${SID}.${SECRET}`,
    `gICA.${SID}.${SECRET}`,
    `${"YWRh".repeat(86)}.${SID}.${SECRET}`,
    "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl",
  ])("is not what was never one (%#)", (token) => {
    expect(parseRefreshToken(token)).toBeUndefined();
  });
});

describe("a request to refresh", () => {
  const TOKEN = `YWRh.${SID}.${SECRET}`;
  const parse = (form: Record<string, string>) => {
    const request = parseRefreshRequest(new Map(Object.entries(form)));
    return request.ok ? request.value : request.error.error;
  };

  it("has a token, and maybe a scope", () => {
    expect(parse({ refresh_token: TOKEN })).toEqual({ token: TOKEN, sub: "ada", sid: SID });
    expect(parse({ refresh_token: TOKEN, scope: "openid email openid" })).toEqual({
      token: TOKEN,
      sub: "ada",
      sid: SID,
      scope: ["openid", "email"],
    });
  });

  it.each([
    [{}, "invalid_request"],
    [{ scope: "openid" }, "invalid_request"],
    [{ refresh_token: "x" }, "invalid_grant"],
    [{ refresh_token: "x".repeat(5000) }, "invalid_grant"],
    [{ refresh_token: TOKEN, scope: " openid" }, "invalid_scope"],
    [{ refresh_token: TOKEN, scope: 'a"b' }, "invalid_scope"],
    [{ refresh_token: TOKEN, scope: "x".repeat(201) }, "invalid_scope"],
  ])("%j is refused: %s", (form, error) => {
    expect(parse(form)).toBe(error);
  });
});
