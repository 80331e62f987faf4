import { describe, expect, it } from "vitest";
import { authorizationParameters } from "../../../src/oidc/authorization/authorization-parameters.ts";
import { invalidRequest } from "../../../src/oidc/errors.ts";
import { err, ok } from "../../../src/lib/result.ts";
import { parseLogoutRequest } from "../../../src/oidc/logout/logout-request.ts";
import { clientWith } from "../client-with.ts";

const OUT = "https://shop.example/out";
const shop = clientWith({
  client_id: "shop",
  name: "The Shop",
  redirect_uris: ["https://shop.example/back"],
  post_logout_redirect_uris: [OUT, `${OUT}?a=1`],
});
const clients = new Map([["shop", shop]]);
const NOT_REGISTERED = invalidRequest(
  "post_logout_redirect_uri is not one of the client's, character by character.",
  "post_logout_redirect_uri_not_registered",
);
const HINT = { aud: "shop", sub: "ada", sid: "the login" };

type Given = [name: string, value: string][];
const parse = (given: Given, hint: typeof HINT | "none" = HINT) =>
  parseLogoutRequest(authorizationParameters(given), hint === "none" ? undefined : ok(hint), {
    clients,
  });

const hinted = (...given: Given): Given => [["id_token_hint", "a.b.c"], ...given];

describe("a logout that is proven", () => {
  it("ends the login that the id_token_hint names", () => {
    expect(parse(hinted())).toEqual({ ok: true, value: { login: HINT } });
  });

  it("redirects to a registered address with the state of the request [RP-LOGOUT-3/2]", () => {
    const to = (...given: Given) => {
      const logout = parse(hinted(...given));
      return logout.ok ? logout.value.returnTo?.uri : logout.error;
    };
    expect(to(["post_logout_redirect_uri", OUT])).toBe(OUT);
    expect(to(["post_logout_redirect_uri", OUT], ["state", "a&b"])).toBe(`${OUT}?state=a%26b`);
    expect(to(["post_logout_redirect_uri", `${OUT}?a=1`], ["state", "s"])).toBe(
      `${OUT}?a=1&state=s`,
    );
  });

  it("accepts client_id and ignores logout_hint and ui_locales", () => {
    const given = hinted(["client_id", "shop"], ["logout_hint", "ada"], ["ui_locales", "de"]);
    expect(parse(given)).toEqual({ ok: true, value: { login: HINT } });
  });
});

describe("a logout without a hint", () => {
  it("names no login, and the registered address of client_id", () => {
    const given: Given = [
      ["client_id", "shop"],
      ["post_logout_redirect_uri", OUT],
      ["state", "s"],
    ];
    const returnTo = { clientName: "The Shop", uri: `${OUT}?state=s` };
    expect(parse(given, "none")).toEqual({ ok: true, value: { returnTo } });
    expect(parse([], "none")).toEqual({ ok: true, value: {} });
    expect(parse([["client_id", "shop"]], "none")).toEqual({ ok: true, value: {} });
  });

  it.each<[string, Given]>([
    ["without client_id", [["post_logout_redirect_uri", OUT]]],
    [
      "of an unknown client",
      [
        ["client_id", "other"],
        ["post_logout_redirect_uri", OUT],
      ],
    ],
    [
      "that is not registered",
      [
        ["client_id", "shop"],
        ["post_logout_redirect_uri", `${OUT}/`],
      ],
    ],
  ])("uses no address %s", (_, given) => {
    expect(parse(given, "none")).toEqual({ ok: true, value: { error: NOT_REGISTERED } });
  });
});

describe("an address that is not registered", () => {
  const parseAddress = (uri: string, hint = HINT) =>
    parse(hinted(["post_logout_redirect_uri", uri]), hint);

  it.each([
    ["an address of logins", "https://shop.example/back"],
    ["an address with a slash more", `${OUT}/`],
    ["an address with a fragment", `${OUT}#x`],
    ["an address with another query", `${OUT}?a=2`],
    ["an address with a port", "https://shop.example:443/out"],
    ["another site", "https://evil.example/"],
    ["a script", "javascript:alert(1)"],
  ])("ends the login of the hint and does not redirect to %s [RP-LOGOUT-4/2]", (_, uri) => {
    expect(parseAddress(uri)).toEqual({ ok: true, value: { login: HINT, error: NOT_REGISTERED } });
  });

  it("does not redirect to an address of a client that is no longer registered", () => {
    const hint = { ...HINT, aud: "gone" };
    expect(parseAddress(OUT, hint)).toEqual({
      ok: true,
      value: { login: hint, error: NOT_REGISTERED },
    });
  });
});

it("ends no login for an id_token_hint that this server did not sign", () => {
  const invalid = err("malformed_jwt");
  const error = invalidRequest("id_token_hint is no ID token of ours.", "malformed_jwt");
  const parsed = (given: Given) =>
    parseLogoutRequest(authorizationParameters(given), invalid, { clients });
  expect(parsed(hinted())).toEqual({ ok: true, value: { error } });
  const given = hinted(["client_id", "shop"], ["post_logout_redirect_uri", OUT]);
  const returnTo = { clientName: "The Shop", uri: OUT };
  expect(parsed(given)).toEqual({ ok: true, value: { returnTo, error } });
});

describe("an invalid logout request", () => {
  const redirectTo = (uri: string) => hinted(["post_logout_redirect_uri", uri]);

  it.each<[string, Given]>([
    ["another client than the hint's [RP-LOGOUT-2/4]", hinted(["client_id", "other"])],
    ["a hint twice", hinted(["id_token_hint", "a.b.c"])],
    ["a state twice", hinted(["state", "1"], ["state", "2"])],
    ["an address that is over-long", redirectTo(`${OUT}${"x".repeat(2000)}`)],
    ["a state that is over-long", hinted(["state", "x".repeat(4001)])],
    ["a logout_hint that is over-long", hinted(["logout_hint", "x".repeat(501)])],
  ])("rejects a logout request with %s", (_, given) => {
    expect(parse(given).ok).toBe(false);
  });
});
