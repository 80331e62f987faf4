import { describe, expect, it } from "vitest";
import { authorizationParameters } from "../../../src/oidc/authorization/authorization-parameters.ts";
import { invalidRequest } from "../../../src/oidc/errors.ts";
import { err, ok } from "../../../src/lib/result.ts";
import { parseLogoutRequest } from "../../../src/oidc/logout/logout-request.ts";
import { clientWith } from "../client-with.ts";

const OUT = "https://shop.example/out";
const shop = clientWith({
  client_id: "shop",
  redirect_uris: ["https://shop.example/back"],
  post_logout_redirect_uris: [OUT, `${OUT}?a=1`],
});
const clients = new Map([["shop", shop]]);
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
      return logout.ok ? logout.value.redirectTo : logout.error;
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

it("ends no login and does not redirect without an id_token_hint", () => {
  const given: Given = [
    ["client_id", "shop"],
    ["post_logout_redirect_uri", OUT],
  ];
  expect(parse(given, "none")).toEqual({ ok: true, value: {} });
  expect(parse([], "none")).toEqual({ ok: true, value: {} });
});

describe("an invalid logout request", () => {
  const redirectTo = (uri: string) => hinted(["post_logout_redirect_uri", uri]);

  it.each<[string, Given]>([
    ["another client than the hint's [RP-LOGOUT-2/4]", hinted(["client_id", "other"])],
    ["a hint twice", hinted(["id_token_hint", "a.b.c"])],
    ["a state twice", hinted(["state", "1"], ["state", "2"])],
    ["an address of logins", redirectTo("https://shop.example/back")],
    ["an address with a slash more", redirectTo(`${OUT}/`)],
    ["an address with a fragment", redirectTo(`${OUT}#x`)],
    ["an address with another query", redirectTo(`${OUT}?a=2`)],
    ["an address with a port", redirectTo("https://shop.example:443/out")],
    ["another site", redirectTo("https://evil.example/")],
    ["a script", redirectTo("javascript:alert(1)")],
    ["an address that is over-long", redirectTo(`${OUT}${"x".repeat(2000)}`)],
    ["a state that is over-long", hinted(["state", "x".repeat(4001)])],
    ["a logout_hint that is over-long", hinted(["logout_hint", "x".repeat(501)])],
  ])("rejects a logout request with %s", (_, given) => {
    expect(parse(given).ok).toBe(false);
  });

  it("rejects an id_token_hint that this server did not sign", () => {
    const invalid = err("malformed_jwt");
    expect(parseLogoutRequest(authorizationParameters(hinted()), invalid, { clients })).toEqual(
      err(invalidRequest("id_token_hint is no ID token of ours.", "malformed_jwt")),
    );
  });

  it("rejects a redirect of a client that is no longer registered", () => {
    const hint = { ...HINT, aud: "gone" };
    expect(parse(hinted(["post_logout_redirect_uri", OUT]), hint).ok).toBe(false);
  });
});
