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
