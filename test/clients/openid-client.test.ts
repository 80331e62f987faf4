import { createHash } from "node:crypto";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { exportJWK, generateKeyPair } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PhoneApp } from "../e2e/support/phone-app.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";
import { startTrustedIssuer, type TrustedIssuer } from "../e2e/support/trusted-issuer.ts";
import { visit } from "../e2e/support/visitor.ts";

/** openid-client with the metadata of discovery, as a site, a device or a command line. */

const CALLBACK = "https://shop.example.com/callback";
const AFTER_LOGOUT = "https://shop.example.com/goodbye";
const SECRET = "a secret of 32 bytes, or thereabouts";

let server: TestServer;
let issuer: TrustedIssuer;
let phone: PhoneApp;
let privateKey: CryptoKey;

beforeAll(async () => {
  issuer = await startTrustedIssuer();
  const keys = await generateKeyPair("ES256");
  privateKey = keys.privateKey;
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "site", alg: "ES256" };
  const site = { redirect_uris: [CALLBACK], post_logout_redirect_uris: [AFTER_LOGOUT] };
  const client_secret_sha256 = createHash("sha256").update(SECRET).digest("hex");
  const clients = [
    { ...site, client_id: "app", name: "The App" },
    { ...site, client_id: "shop", name: "The Shop", client_secret_sha256 },
    { ...site, client_id: "bank", name: "The Bank", jwks: { keys: [jwk] } },
    { ...site, client_id: "bound", name: "The Safe", dpop_bound_access_tokens: true },
  ];
  server = await startTestServer({
    vars: { CLIENTS: JSON.stringify(clients), ISSUERS: JSON.stringify([issuer.setting]) },
  });
  phone = new PhoneApp(
    server.origin,
    await issuer.tokenFor("ada", { name: "Ada Lovelace", email: "ada@example.com" }),
  );
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

/** A site knows only the issuer. */
async function discover(clientId: string, auth?: client.ClientAuth): Promise<client.Configuration> {
  const config = await client.discovery(new URL(server.origin), clientId, undefined, auth, {
    execute: [client.allowInsecureRequests],
  });
  // Signatures are verified, although TLS would be enough.
  client.enableNonRepudiationChecks(config);
  return config;
}

interface LoginOptions {
  parameters?: Record<string, string>;
  pushed?: boolean;
  dpop?: client.DPoPHandle;
}

/** Runs a login. Returns its tokens. */
async function logIn(
  config: client.Configuration,
  { parameters = {}, pushed = false, dpop }: LoginOptions = {},
) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const request = {
    redirect_uri: CALLBACK,
    scope: "openid profile email offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  };
  const options = dpop ? { DPoP: dpop } : {};
  const url = pushed
    ? await client.buildAuthorizationUrlWithPAR(config, request, options)
    : client.buildAuthorizationUrl(config, request);
  const back = await goThere(url);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce };
  return await client.authorizationCodeGrant(config, back, checks, undefined, options);
}

/** Opens the URL, scans and approves on the phone. Returns the response at the redirect URI. */
async function goThere(url: URL): Promise<URL | Request> {
  const { created, comesBack } = await visit(url);
  await phone.decide("approve", await phone.scan(created));
  return comesBack();
}

describe("authorization code", () => {
  it.each([
    ["without a secret", "app", () => client.None()],
    ["by client_secret_basic [RFC6749-2.3.1/2]", "shop", () => client.ClientSecretBasic(SECRET)],
    ["by client_secret_post", "shop", () => client.ClientSecretPost(SECRET)],
    ["private_key_jwt", "bank", () => client.PrivateKeyJwt({ key: privateKey, kid: "site" })],
  ])("logs in a user with openid-client %s [RFC8414-3.3/2]", async (_, clientId, auth) => {
    const config = await discover(clientId, auth());
    const tokens = await logIn(config);
    expect(tokens.claims()).toMatchObject({ sub: "ada", aud: clientId, name: "Ada Lovelace" });
    const told = await client.fetchUserInfo(config, tokens.access_token, "ada");
    expect(told).toMatchObject({ sub: "ada", name: "Ada Lovelace", email: "ada@example.com" });
  });

  it("returns the code by form post [FORM-POST-2/3]", async () => {
    const config = await discover("shop", client.ClientSecretBasic(SECRET));
    const tokens = await logIn(config, { parameters: { response_mode: "form_post" } });
    expect(tokens.claims()?.sub).toBe("ada");
  });

  it("returns auth_time for max_age", async () => {
    const config = await discover("app");
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: "openid",
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      max_age: "3600",
    });
    const checks = { pkceCodeVerifier, maxAge: 3600, idTokenExpected: true };
    const tokens = await client.authorizationCodeGrant(config, await goThere(url), checks);
    expect(tokens.claims()?.auth_time).toBeTypeOf("number");
  });

  it("redirects an error to the client with the issuer's name [RFC9207-2.1]", async () => {
    const config = await discover("app");
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: "openid",
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      code_challenge_method: "S256",
      prompt: "none",
      state: "s",
    });
    const answer = await fetch(url, { redirect: "manual" });
    const back = new URL(answer.headers.get("Location") ?? "");
    const refused = client.authorizationCodeGrant(config, back, { expectedState: "s" });
    await expect(refused).rejects.toMatchObject({ error: "login_required" });
  });

  it("gives one login for two identical token requests at once", async () => {
    const config = await discover("app");
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: "openid offline_access",
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    const back = (await goThere(url)) as URL;
    const redeem = () =>
      client.authorizationCodeGrant(config, back, { pkceCodeVerifier, idTokenExpected: true });
    const [first, second] = await Promise.all([redeem(), redeem()]);
    expect(second.refresh_token).toBe(first.refresh_token);
    expect(second.claims()?.["sid"]).toBe(first.claims()?.["sid"]);
  });
});

describe("pushed authorization request", () => {
  it.each([
    ["without a secret", "app", () => client.None()],
    ["private_key_jwt", "bank", () => client.PrivateKeyJwt({ key: privateKey, kid: "site" })],
  ])("logs in a user by a pushed request %s", async (_, clientId, auth) => {
    const config = await discover(clientId, auth());
    const tokens = await logIn(config, { pushed: true });
    expect(tokens.claims()?.sub).toBe("ada");
  });
});

describe("DPoP", () => {
  it("binds code and tokens to the client's DPoP key", async () => {
    const config = await discover("bound");
    const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
    const tokens = await logIn(config, { pushed: true, dpop });
    expect(tokens.token_type).toBe("dpop");
    const told = await client.fetchUserInfo(config, tokens.access_token, "ada", { DPoP: dpop });
    expect(told.name).toBe("Ada Lovelace");

    const bare = client.fetchUserInfo(config, tokens.access_token, "ada");
    await expect(bare).rejects.toMatchObject({ status: 401 });

    const refreshToken = tokens.refresh_token ?? "";
    const refreshed = await client.refreshTokenGrant(config, refreshToken, undefined, {
      DPoP: dpop,
    });
    expect(refreshed.token_type).toBe("dpop");
  });
});

describe("device grant", () => {
  it("waits by polling until the user has typed the code and approved [RFC8628-3.4/2]", async () => {
    const config = await discover("app");
    const device = await client.initiateDeviceAuthorization(config, { scope: "openid profile" });
    expect(device.verification_uri).toBe(`${server.origin}/phone`);
    const tokens = client.pollDeviceAuthorizationGrant(config, device);
    await phone.decide("approve", await phone.type(device.user_code));
    expect((await tokens).claims()).toMatchObject({ sub: "ada", name: "Ada Lovelace" });
  });

  it("receives the approval by the event stream of the response", async () => {
    const config = await discover("shop", client.ClientSecretBasic(SECRET));
    const device = await client.initiateDeviceAuthorization(config, { scope: "openid" });
    const { events_endpoint, watch_token } = device as unknown as Record<string, string>;
    const stream = await fetch(events_endpoint ?? "", {
      headers: { Authorization: `Bearer ${watch_token}` },
    });
    const approved = (async () => {
      const events = stream.body
        ?.pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      for await (const { event, data } of events ?? []) {
        if (event === "status" && JSON.parse(data).status === "approved") return true;
      }
      return false;
    })();
    await phone.decide("approve", await phone.type(device.user_code));
    expect(await approved).toBe(true);
    const grant = "urn:ietf:params:oauth:grant-type:device_code";
    const { device_code } = device;
    const tokens = await client.genericGrantRequest(config, grant, { device_code });
    expect(tokens.claims()?.sub).toBe("ada");
  });

  it("ends the device grant after a denial", async () => {
    const config = await discover("app");
    const device = await client.initiateDeviceAuthorization(config, { scope: "openid" });
    const tokens = client.pollDeviceAuthorizationGrant(config, device);
    const refused = expect(tokens).rejects.toMatchObject({ error: "access_denied" });
    await phone.decide("deny", await phone.type(device.user_code));
    await refused;
  });
});

describe("a login's tokens", () => {
  it("refreshes after a lost response and ends the login when a spent token is reused", async () => {
    const config = await discover("app");
    const first = await logIn(config);
    const second = await client.refreshTokenGrant(config, first.refresh_token ?? "");
    expect(second.claims()?.sub).toBe("ada");
    await client.fetchUserInfo(config, second.access_token, "ada");

    const repeated = await client.refreshTokenGrant(config, first.refresh_token ?? "");
    expect(repeated.refresh_token).toBe(second.refresh_token);
    const third = await client.refreshTokenGrant(config, second.refresh_token ?? "");

    const again = client.refreshTokenGrant(config, first.refresh_token ?? "");
    await expect(again).rejects.toMatchObject({ error: "invalid_grant" });
    const family = client.refreshTokenGrant(config, third.refresh_token ?? "");
    await expect(family).rejects.toMatchObject({ error: "invalid_grant" });
    const told = client.fetchUserInfo(config, second.access_token, "ada");
    await expect(told).rejects.toMatchObject({ status: 401 });
  });

  it("introspects and revokes tokens for a confidential client", async () => {
    const config = await discover("shop", client.ClientSecretBasic(SECRET));
    const tokens = await logIn(config);
    const refreshToken = tokens.refresh_token ?? "";
    for (const token of [tokens.access_token, refreshToken]) {
      expect(await client.tokenIntrospection(config, token)).toMatchObject({
        active: true,
        client_id: "shop",
        sub: "ada",
      });
    }
    await client.tokenRevocation(config, refreshToken);
    for (const token of [tokens.access_token, refreshToken]) {
      expect(await client.tokenIntrospection(config, token)).toEqual({ active: false });
    }
  });

  it("voids the tokens at a logout and redirects back", async () => {
    const config = await discover("app");
    const tokens = await logIn(config);
    const url = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? "",
      post_logout_redirect_uri: AFTER_LOGOUT,
      state: "bye",
    });
    const answer = await fetch(url, { redirect: "manual" });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("Location")).toBe(`${AFTER_LOGOUT}?state=bye`);
    const told = client.fetchUserInfo(config, tokens.access_token, "ada");
    await expect(told).rejects.toMatchObject({ status: 401 });
  });
});
