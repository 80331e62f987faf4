import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/lib/digest.ts";
import { encodeBase64url } from "../../../src/lib/base64url.ts";
import { readLegacyRefreshToken } from "../../../src/oidc/token/legacy-refresh-token.ts";
import { parseRefreshRequest } from "../../../src/oidc/token/refresh-token-request.ts";
import {
  bindReference,
  FIRST_SERIAL,
  firstRefreshToken,
  newRefreshReference,
  nextRefreshToken,
  openRefreshToken,
} from "../../../src/oidc/token/refresh-token.ts";
import { seal } from "../../../src/oidc/token/sealed-reference.ts";

const SID = "s".repeat(43);
const SECRET = "x".repeat(43);
const LOGIN = { sub: "acme:ada", sid: SID, clientId: "shop" };

async function firstToken(login = LOGIN, code = "code") {
  const reference = await newRefreshReference(env, login);
  const first = await firstRefreshToken(env, reference, code);
  return { reference, hash: first.hash, token: await first.write(FIRST_SERIAL) };
}

describe("a refresh token", () => {
  it("opens a refresh token to its login, serial number and the hash of its id", async () => {
    const { reference, hash, token } = await firstToken();
    const id = token.split(".")[2] ?? "";
    expect(await sha256(id)).toBe(hash);
    expect(await openRefreshToken(env, token)).toEqual({
      ...LOGIN,
      reference,
      serial: 1,
      hash,
    });
  });

  it("hides the user and the login in a refresh token", async () => {
    const { token } = await firstToken();
    for (const secret of ["acme", "ada", "shop", SID]) {
      expect(token).not.toContain(secret);
      expect(token).not.toContain(encodeBase64url(new TextEncoder().encode(secret)).slice(0, -1));
    }
  });

  it("derives the same refresh token from the same code, and another one from any other code, login or family", async () => {
    const { reference, token } = await firstToken();
    const again = await firstRefreshToken(env, reference, "code");
    expect(await again.write(FIRST_SERIAL)).toBe(token);
    const other = await firstRefreshToken(env, reference, "other code");
    expect(await other.write(FIRST_SERIAL)).not.toBe(token);
    expect((await firstToken()).hash).not.toBe((await firstToken()).hash);
  });

  it("derives the same successor of a refresh token each time", async () => {
    const { reference, token } = await firstToken();
    const next = await nextRefreshToken(env, reference, token);
    const again = await nextRefreshToken(env, reference, token);
    expect(await again.write(2)).toBe(await next.write(2));
    expect(await next.write(3)).not.toBe(await next.write(2));
    const second = await next.write(2);
    expect((await nextRefreshToken(env, reference, second)).hash).not.toBe(next.hash);
    expect(await openRefreshToken(env, second)).toMatchObject({ serial: 2, hash: next.hash });
  });

  it("opens a bound refresh token to the thumbprint of its key", async () => {
    const { reference, token } = await firstToken();
    const bound = await bindReference(env, reference, "thumbprint");
    const next = await (await nextRefreshToken(env, bound, token)).write(2);
    expect(await openRefreshToken(env, next)).toMatchObject({ ...LOGIN, jkt: "thumbprint" });
    expect(await openRefreshToken(env, token)).not.toHaveProperty("jkt");
    // The id of a bound token with an unbound reference of the same family.
    const unbound = [reference, ...next.split(".").slice(1)].join(".");
    expect(await openRefreshToken(env, unbound)).toBeUndefined();
  });

  it("opens refresh tokens of any subject and client", async () => {
    const text = fc.stringMatching(/^[\x20-\x7e]{1,250}$/);
    const clientId = fc.stringMatching(/^[\x20-\x7e]{1,100}$/);
    await fc.assert(
      fc.asyncProperty(text, clientId, async (sub, client) => {
        const { token } = await firstToken({ sub, sid: SID, clientId: client });
        expect(await openRefreshToken(env, token)).toMatchObject({ sub, clientId: client });
      }),
    );
  });

  it("rejects a refresh token with any single character changed", async () => {
    const { token } = await firstToken();
    for (let at = 0; at < token.length; at += 1) {
      for (const character of ["A", "w", "1", "."]) {
        if (token[at] === character) continue;
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(await openRefreshToken(env, changed)).toBeUndefined();
      }
    }
  });

  it("rejects a refresh token made of the parts of two tokens", async () => {
    const [mine, theirs] = [await firstToken(), await firstToken({ ...LOGIN, sub: "eve" })];
    const [a, b] = [mine.token.split("."), theirs.token.split(".")];
    for (let mask = 1; mask < 15; mask += 1) {
      const mixed = a.map((part, at) => (mask & (1 << at) ? (b[at] ?? "") : part)).join(".");
      if (mixed === mine.token || mixed === theirs.token) continue;
      expect(await openRefreshToken(env, mixed)).toBeUndefined();
    }
  });

  it("rejects a refresh token whose reference has unknown contents", async () => {
    for (const text of ["", "{}", "[]", '["ada"]', JSON.stringify(Array(9).fill("x"))]) {
      const reference = await seal(env, "refresh_token", text);
      const token = `${reference}.1.${SECRET}.${SECRET}`;
      expect(await openRefreshToken(env, token)).toBeUndefined();
    }
  });

  it.each([
    "",
    "ada",
    `${SECRET}.1.${SECRET}.${SECRET}`,
    `YWRh.${SID}.${SECRET}`,
    "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl",
    `${"A".repeat(5000)}.1.${SECRET}.${SECRET}`,
  ])("rejects a malformed refresh token (%#)", async (token) => {
    expect(await openRefreshToken(env, token)).toBeUndefined();
  });
});

describe("a refresh token without a MAC, as earlier versions issued them", () => {
  const read = (token: string) => readLegacyRefreshToken(token, (sid) => sid === SID);

  it("reads the account and the login of a legacy refresh token", async () => {
    const token = `YWRh.${SID}.${SECRET}`;
    expect(await read(token)).toEqual({ sub: "ada", sid: SID, hash: await sha256(token) });
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
    `YWRh.${"t".repeat(43)}.${SECRET}`,
    "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl",
  ])("rejects a malformed legacy refresh token (%#)", async (token) => {
    expect(await read(token)).toBeUndefined();
  });
});

describe("a request to refresh", () => {
  const parse = (form: Record<string, string>) => {
    const request = parseRefreshRequest(new Map(Object.entries(form)));
    return request.ok ? request.value : request.error.code;
  };

  it("reads the token and the optional scope of a refresh request", () => {
    expect(parse({ refresh_token: "token" })).toEqual({ token: "token" });
    expect(parse({ refresh_token: "token", scope: "openid email openid" })).toEqual({
      token: "token",
      scope: ["openid", "email"],
    });
  });

  it("ignores unknown scopes and additional spaces of a refresh request, as when the login began", () => {
    expect(parse({ refresh_token: "token", scope: "address  email " })).toEqual({
      token: "token",
      scope: ["email"],
    });
  });

  it.each([
    [{}, "invalid_request"],
    [{ scope: "openid" }, "invalid_request"],
    [{ refresh_token: "token", scope: " " }, "invalid_scope"],
    [{ refresh_token: "token", scope: 'a"b' }, "invalid_scope"],
    [{ refresh_token: "token", scope: "x".repeat(201) }, "invalid_scope"],
  ])("rejects the refresh request %j with %s", (form, error) => {
    expect(parse(form)).toBe(error);
  });
});
