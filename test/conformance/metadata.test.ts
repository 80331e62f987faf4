import { expect, it } from "vitest";
import { api, ISSUER } from "../support/api.ts";

/**
 * The requirements of RFC 8414 §2 and §3 and OpenID Connect Discovery §3 for the metadata
 * document.
 */

const PATH = "/.well-known/openid-configuration";
const metadata = await (await api(PATH)).json<Record<string, unknown>>();

it.each([
  "issuer",
  "authorization_endpoint",
  "token_endpoint",
  "jwks_uri",
  "response_types_supported",
  "subject_types_supported",
  "id_token_signing_alg_values_supported",
])("has the required metadata member %s [RFC8414-2]", (name) => {
  expect(metadata).toHaveProperty(name);
});

it("has no empty member in the metadata [RFC8414-3.2/2]", () => {
  for (const value of Object.values(metadata)) {
    expect(value).not.toBeNull();
    expect(value).not.toEqual([]);
    expect(value).not.toBe("");
  }
});

it("has only addresses of the issuer without a fragment in the metadata [RFC8414-2/2]", () => {
  for (const [name, value] of Object.entries(metadata)) {
    if (!/_endpoint$|_uri$/.test(name)) continue;
    expect(new URL(String(value)).origin).toBe(ISSUER);
    expect(value).not.toContain("#");
  }
});

it("never lists none as an algorithm for client assertions [RFC8414-2/3]", () => {
  for (const name of ["token", "introspection", "revocation"]) {
    const algorithms = metadata[`${name}_endpoint_auth_signing_alg_values_supported`];
    expect(algorithms).toContain("ES256");
    expect(algorithms).not.toContain("none");
  }
});

/** RFC 5646 §2.1, in the case that §2.1.1 recommends. */
const LANGUAGE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/;

it("oidcc-discovery-endpoint-verification: has members of the right types and values, with RS256 for ID tokens", () => {
  for (const name of [
    ...["scopes_supported", "response_types_supported", "grant_types_supported"],
    ...["subject_types_supported", "claims_supported", "id_token_signing_alg_values_supported"],
    ...["token_endpoint_auth_methods_supported", "code_challenge_methods_supported"],
    ...["ui_locales_supported"],
  ]) {
    expect([name, Array.isArray(metadata[name])]).toEqual([name, true]);
    for (const value of metadata[name] as unknown[]) expect(value).toBeTypeOf("string");
  }
  for (const name of ["claims", "request", "request_uri"]) {
    expect(metadata[`${name}_parameter_supported`]).toBeTypeOf("boolean");
  }
  expect(metadata["id_token_signing_alg_values_supported"]).toContain("RS256");
  expect(metadata["id_token_signing_alg_values_supported"]).not.toContain("none");
  expect(metadata["response_types_supported"]).toContain("code");
  expect(metadata["scopes_supported"]).toContain("openid");
  expect(metadata["claims_supported"]).toContain("sub");
  for (const locale of metadata["ui_locales_supported"] as string[]) {
    expect(locale).toMatch(LANGUAGE);
  }
});

it("oidcc-backchannel-logout-discovery-endpoint-verification: has the members of back-channel logout", () => {
  expect(metadata).toMatchObject({
    end_session_endpoint: `${ISSUER}/end_session`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  });
});
