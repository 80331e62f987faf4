import { expect, it } from "vitest";
import { api, ISSUER } from "../support/api.ts";

/** What RFC 8414 §2 and §3, and OpenID Connect Discovery §3, ask of the metadata as a document. */

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
])("the metadata has the required member %s", (name) => {
  expect(metadata).toHaveProperty(name);
});

it("the metadata has no member that says nothing", () => {
  for (const value of Object.values(metadata)) {
    expect(value).not.toBeNull();
    expect(value).not.toEqual([]);
    expect(value).not.toBe("");
  }
});

it("every address in the metadata is ours, and has no fragment", () => {
  for (const [name, value] of Object.entries(metadata)) {
    if (!/_endpoint$|_uri$/.test(name)) continue;
    expect(new URL(String(value)).origin).toBe(ISSUER);
    expect(value).not.toContain("#");
  }
});

it("an assertion may be signed by no algorithm that is none at all", () => {
  for (const name of ["token", "introspection", "revocation"]) {
    const algorithms = metadata[`${name}_endpoint_auth_signing_alg_values_supported`];
    expect(algorithms).toContain("ES256");
    expect(algorithms).not.toContain("none");
  }
});
