import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { CHALLENGE, ISSUER, madeUp, problemOf, withClients } from "../support/api.ts";

// Rejected clients are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

/** How clients authenticate, at each endpoint that authenticates them (RFC 6749 §2.3, RFC 7523 §3). */

const REDIRECT = "https://shop.example/back";
const AUTHORIZATION = {
  response_type: "code",
  redirect_uri: REDIRECT,
  scope: "openid",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
};

/** A request to each endpoint, and the answer to a client that has authenticated. */
const REQUESTS: [string, Record<string, string>, [number, unknown]][] = [
  ["/token", { grant_type: "urn:example:none" }, [400, "unsupported_grant_type"]],
  ["/par", AUTHORIZATION, [201, undefined]],
  ["/device_authorization", { scope: "openid" }, [200, undefined]],
  ["/revoke", { token: "unknown" }, [200, undefined]],
  ["/introspect", { token: "unknown" }, [200, undefined]],
];

const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] };
/** SHA-256 of "a+b/c=%zz". */
const SECRET_SHA256 = "8eb8a96c092bcaf475042a2612138f974490d0377f42bfb75e6027a5fabea955";
const worker = withClients(
  { client_id: "cli", redirect_uris: [REDIRECT] },
  { client_id: "shop", redirect_uris: [REDIRECT], client_secret_sha256: SECRET_SHA256 },
  { client_id: "bank", redirect_uris: [REDIRECT], jwks },
);

async function send(path: string, form: Record<string, string>, authorization?: string) {
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  const init = { method: "POST", headers, body: new URLSearchParams(form) };
  return await problemOf(await app.request(`${ISSUER}${path}`, init, worker));
}

/** The parameters that authenticate the client `bank`, with changed claims. */
async function assertion(change: object = {}): Promise<Record<string, string>> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "bank", sub: "bank", aud: ISSUER, jti: madeUp(), exp: now + 60, ...change };
  const client_assertion = await new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256" })
    .sign(privateKey);
  const client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  return { client_assertion_type, client_assertion };
}

/** Modules of the OpenID Foundation's FAPI 2.0 test plan, without the prefix fapi2-security-profile-final. */
describe("an assertion with one fault", () => {
  const TOKEN = { grant_type: "urn:example:none" };

  it.each<[string, string, Record<string, string>, () => object]>([
    ["par-test-array-as-audience-fails", "/par", AUTHORIZATION, () => ({ aud: [ISSUER] })],
    [
      "par-test-par-endpoint-url-as-audience-fails",
      "/par",
      AUTHORIZATION,
      () => ({ aud: `${ISSUER}/par` }),
    ],
    [
      "par-test-token-endpoint-url-as-audience-fails",
      "/par",
      AUTHORIZATION,
      () => ({ aud: `${ISSUER}/token` }),
    ],
    [
      "ensure-client-assertion-with-exp-is-5-minutes-in-past-fails",
      "/token",
      TOKEN,
      () => ({ exp: Math.floor(Date.now() / 1000) - 300 }),
    ],
    [
      "ensure-client-assertion-with-wrong-aud-fails",
      "/token",
      TOKEN,
      () => ({ aud: "https://other.example" }),
    ],
    ["ensure-client-assertion-with-no-sub-fails", "/token", TOKEN, () => ({ sub: undefined })],
  ])("%s: is refused at %s", async (_, path, form, change) => {
    const refused = await send(path, { ...form, ...(await assertion(change())) });
    expect(refused).toEqual([401, "invalid_client"]);
    expect((await send(path, { ...form, ...(await assertion()) }))[0]).not.toBe(401);
  });

  it("ensure-client-assertion-in-token-endpoint: a client with keys is refused without an assertion", async () => {
    const refused = await send("/token", { ...TOKEN, client_id: "bank" });
    expect(refused).toEqual([401, "invalid_client"]);
  });
});

describe.each(REQUESTS)("%s", (path, form, authenticated) => {
  it("accepts a public client with an empty password by Basic, except for introspection", async () => {
    const expected = path === "/introspect" ? [401, "invalid_client"] : authenticated;
    expect(await send(path, form, `Basic ${btoa("cli:")}`)).toEqual(expected);
    expect(await send(path, { ...form, client_id: "cli" }, `Basic ${btoa("cli:")}`)).toEqual(
      expected,
    );
    expect(await send(path, { ...form, client_id: "cli", client_secret: "" })).toEqual(expected);
  });

  it.each([
    ["an empty password", btoa("shop:")],
    ["a wrong secret", btoa("shop:a b/c=%zz")],
  ])("rejects a client that has a secret and sends %s", async (_, credentials) => {
    expect(await send(path, form, `Basic ${credentials}`)).toEqual([401, "invalid_client"]);
  });

  it("accepts a client secret by Basic that was not form-encoded", async () => {
    expect(await send(path, form, `Basic ${btoa("shop:a+b/c=%zz")}`)).toEqual(authenticated);
  });

  it.each([
    ["the issuer", ISSUER, undefined],
    ["the issuer in a list", [ISSUER], "refused"],
    ["the endpoint", `${ISSUER}${path}`, "refused"],
    ["the token endpoint", `${ISSUER}/token`, "refused"],
  ])(
    "oidcc-ensure-client-assertion-with-iss-aud-succeeds: takes a client assertion for the issuer only, here for %s",
    async (_, aud, refused) => {
      const expected = refused === undefined ? authenticated : [401, "invalid_client"];
      expect(await send(path, { ...form, ...(await assertion({ aud })) })).toEqual(expected);
    },
  );
});
