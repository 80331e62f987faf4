import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import type { serverMetadata } from "../../../src/oidc/metadata.ts";
import { SIGNATURE_ALGORITHMS } from "../../../src/lib/signature-algorithms.ts";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { api, ISSUER, problemOf, withClients } from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { approveLogin, openLogin, REQUEST, SHOP } from "../../support/authorization.ts";

type Metadata = ReturnType<typeof serverMetadata>;

const NAMES = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];
const shop = new RelyingParty(withClients(SHOP), "shop");
const discovered = await (await api(NAMES[0] ?? "")).json<Metadata>();
const pathOf = (endpoint: string) => endpoint.slice(ISSUER.length);

describe.each(NAMES)("%s", (name) => {
  it("serves the same metadata as the other address, for any origin, cacheable [RFC8414-3.2]", async () => {
    const answer = await api(name, { headers: { Origin: "https://anywhere.example" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(answer.headers.get("Cache-Control")).toMatch(/^public, max-age=\d+$/);
    const etag = answer.headers.get("ETag") ?? "";
    expect(await answer.json()).toEqual(discovered);
    expect((await api(name, { headers: { "If-None-Match": etag } })).status).toBe(304);
  });

  it("answers other methods than GET with 405 for the metadata", async () => {
    expect(await problemOf(await api(name, { method: "POST" }))).toEqual([
      405,
      "method_not_allowed",
    ]);
  });
});

describe("the advertised metadata", () => {
  it("uses the configured issuer whatever the request says [RFC8414-3.3]", async () => {
    const answer = await api(NAMES[1] ?? "", { headers: { Host: "evil.example" } });
    expect(await answer.json<Metadata>()).toMatchObject({ issuer: ISSUER });
  });

  it("serves every advertised endpoint with its methods [RFC6749-3.2]", async () => {
    const endpoints = Object.entries(discovered).filter(([name]) => /_endpoint$|_uri$/.test(name));
    expect(endpoints).toHaveLength(9);
    const methods = await Promise.all(
      endpoints.map(async ([name, address]) => {
        const answer = await api(pathOf(String(address)), { method: "PUT" });
        expect([name, answer.status]).toEqual([name, 405]);
        return [name, answer.headers.get("Allow")];
      }),
    );
    expect(Object.fromEntries(methods)).toEqual({
      authorization_endpoint: "GET, POST",
      pushed_authorization_request_endpoint: "POST",
      device_authorization_endpoint: "POST",
      token_endpoint: "POST",
      userinfo_endpoint: "GET, POST",
      introspection_endpoint: "POST",
      revocation_endpoint: "POST",
      end_session_endpoint: "GET, POST",
      jwks_uri: "GET",
    });
  });

  it.each(discovered.response_modes_supported)(
    "supports the advertised response_mode %s [RFC9207-2.1/2]",
    async (response_mode) => {
      const snapshot = await approveLogin(shop, await openLogin(shop, { response_mode }));
      const way = response_mode === "form_post" ? snapshot.form_post : snapshot.redirect_to;
      expect(way).toBeDefined();
      expect(String(snapshot.redirect_to).includes("#")).toBe(response_mode === "fragment");
      // RFC 9207 §3.
      expect(discovered.authorization_response_iss_parameter_supported).toBe(true);
      expect(JSON.stringify(way)).toMatch(/[&"]iss["=]/);
    },
  );

  it.each(discovered.prompt_values_supported)("prompt=%s is known", async (prompt) => {
    const query = new URLSearchParams({ ...REQUEST, prompt }).toString();
    const answer = await shop.request(`/authorize?${query}`);
    await answer.body?.cancel();
    expect(answer.headers.get("Location") ?? "").not.toContain("invalid_request");
  });

  it.each(discovered.grant_types_supported)("the grant %s is known", async (grant_type) => {
    const { error } = await (await shop.post("/token", { grant_type })).json<{ error: string }>();
    expect(error).toBe("invalid_request");
  });

  it.each([
    ["request_parameter_supported", "request", "a.b.c", "request_not_supported"],
    [
      "request_uri_parameter_supported",
      "request_uri",
      "https://a.example",
      "request_uri_not_supported",
    ],
  ] as const)(
    "refuses what %s says is unsupported [OIDC-CORE-5.5/3]",
    async (member, name, value, error) => {
      expect(discovered[member]).toBe(false);
      const query = new URLSearchParams({ ...REQUEST, [name]: value }).toString();
      const answer = await shop.request(`/authorize?${query}`);
      expect(answer.headers.get("Location")).toContain(`error=${error}&`);
    },
  );

  it("accepts the claims parameter, as claims_parameter_supported says [OIDC-CORE-5.5/4]", async () => {
    expect(discovered.claims_parameter_supported).toBe(true);
    const claims = JSON.stringify({ userinfo: { [discovered.claims_supported[0] ?? ""]: null } });
    await openLogin(shop, { claims });
  });

  it("grants the advertised scopes and signs ID tokens with the advertised algorithm and claims", async () => {
    const scope = discovered.scopes_supported.join(" ");
    const login = await openLogin(shop, { scope, nonce: "n" });
    const account = { sub: "ada", name: "Ada", authTime: Date.now(), amr: ["hwk"], acr: "1" };
    const { redirect_to = "" } = await approveLogin(shop, login, account);
    const answer = await shop.redeem(new URL(redirect_to).searchParams.get("code") ?? "");
    const tokens = await answer.json<TokenResponse>();
    expect(tokens.scope).toBe(scope);
    expect(tokens.refresh_token).toBeDefined();
    const { id_token = "" } = tokens;
    const { alg = "" } = decodeProtectedHeader(id_token);
    expect(discovered.id_token_signing_alg_values_supported).toContain(alg);
    for (const claim of Object.keys(decodeJwt(id_token))) {
      expect(discovered.claims_supported).toContain(claim);
    }
  });

  it("advertises the algorithms that a client can be configured for [OIDC-CORE-15.1/3]", () => {
    expect(discovered.id_token_signing_alg_values_supported).toEqual(["RS256", "ES256", "EdDSA"]);
  });

  it("advertises neither symmetric algorithms nor none [RFC9449-5.1]", () => {
    const algorithms = Object.entries(discovered).filter(([name]) => name.includes("_alg_values_"));
    expect(algorithms.length).toBeGreaterThan(4);
    for (const [, values] of algorithms) {
      for (const value of [values].flat())
        expect([...SIGNATURE_ALGORITHMS, "ES256"]).toContain(value);
    }
  });
});
