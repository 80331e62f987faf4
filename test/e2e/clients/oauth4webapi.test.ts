import { createHash } from "node:crypto";
import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PhoneApp } from "../support/phone-app.ts";
import { startTestServer, type TestServer } from "../../support/node/server.ts";
import { startTrustedIssuer, type TrustedIssuer } from "../support/trusted-issuer.ts";
import { visit } from "../support/visitor.ts";

/** Each step with oauth4webapi, which checks every response against its specification. */

const CALLBACK = "https://shop.example.com/callback";
const SECRET = "a secret of 32 bytes, or thereabouts";
const insecure = { [oauth.allowInsecureRequests]: true };

const app: oauth.Client = { client_id: "app" };
const shop: oauth.Client = { client_id: "shop" };
const withSecret = oauth.ClientSecretBasic(SECRET);

let server: TestServer;
let issuer: TrustedIssuer;
let phone: PhoneApp;
let as: oauth.AuthorizationServer;

beforeAll(async () => {
  issuer = await startTrustedIssuer();
  const client_secret_sha256 = createHash("sha256").update(SECRET).digest("hex");
  const clients = [
    { client_id: "app", name: "The App", redirect_uris: [CALLBACK] },
    { client_id: "shop", name: "The Shop", redirect_uris: [CALLBACK], client_secret_sha256 },
  ];
  server = await startTestServer({
    vars: { CLIENTS: JSON.stringify(clients), ISSUERS: JSON.stringify([issuer.setting]) },
  });
  phone = new PhoneApp(server.origin, await issuer.tokenFor("ada", { name: "Ada Lovelace" }));
  const origin = new URL(server.origin);
  as = await oauth.processDiscoveryResponse(
    origin,
    await oauth.discoveryRequest(origin, { algorithm: "oauth2", ...insecure }),
  );
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

interface Asked {
  verifier: string;
  nonce: string;
  state: string;
  request: URLSearchParams;
}

/** An authorization request of `client`. */
async function ask(client: oauth.Client, scope: string): Promise<Asked> {
  const verifier = oauth.generateRandomCodeVerifier();
  const nonce = oauth.generateRandomNonce();
  const state = oauth.generateRandomState();
  const request = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    nonce,
    state,
  });
  return { verifier, nonce, state, request };
}

/**
 * The browser opens the request, the user approves on the phone, and the browser returns the code.
 */
async function approve(
  client: oauth.Client,
  request: URLSearchParams,
  state: string,
): Promise<URLSearchParams> {
  const url = new URL(as.authorization_endpoint ?? "");
  url.search = request.toString();
  const { created, comesBack } = await visit(url);
  await phone.decide("approve", await phone.scan(created));
  const back = await comesBack();
  if (!(back instanceof URL)) throw new Error("it came back by a form");
  return oauth.validateAuthResponse(as, client, back, state);
}

/** Redeems the code and verifies the signatures of the tokens. */
async function logIn(
  client: oauth.Client,
  auth: oauth.ClientAuth,
  scope = "openid profile offline_access",
): Promise<oauth.TokenEndpointResponse> {
  const { verifier, nonce, state, request } = await ask(client, scope);
  const back = await approve(client, request, state);
  const answer = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    auth,
    back,
    CALLBACK,
    verifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(as, answer, insecure);
  return tokens;
}

/** Verifies the access token and its proof like a resource server (RFC 9068 §4). */
function atResource(accessToken: string, headers: Record<string, string> = {}) {
  const request = new Request(as.userinfo_endpoint ?? "", {
    headers: { Authorization: `Bearer ${accessToken}`, ...headers },
  });
  return oauth.validateJwtAccessToken(as, request, as.issuer, insecure);
}

describe("discovery", () => {
  it("serves the same metadata at both addresses [RFC8414-3]", async () => {
    const origin = new URL(server.origin);
    const oidc = await oauth.processDiscoveryResponse(
      origin,
      await oauth.discoveryRequest(origin, { algorithm: "oidc", ...insecure }),
    );
    expect(oidc).toEqual(as);
  });
});

describe("authorization code", () => {
  it("logs in a user by the authorization code grant with oauth4webapi [OIDC-CORE-3.1.3.3]", async () => {
    const tokens = await logIn(app, oauth.None());
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    expect(claims).toMatchObject({ sub: "ada", name: "Ada Lovelace" });

    const { access_token } = tokens;
    const told = await oauth.processUserInfoResponse(
      as,
      app,
      "ada",
      await oauth.userInfoRequest(as, app, access_token, insecure),
    );
    expect(told).toMatchObject({ sub: "ada", name: "Ada Lovelace" });
  });

  it("gives access tokens that a resource server can verify by itself [RFC9068-2.2/3]", async () => {
    const { access_token } = await logIn(app, oauth.None());
    expect(await atResource(access_token)).toMatchObject({
      iss: server.origin,
      sub: "ada",
      client_id: "app",
    });
  });

  it("issues no ID token without the scope openid", async () => {
    const { verifier, state, request } = await ask(app, "profile");
    request.delete("nonce");
    const back = await approve(app, request, state);
    const answer = await oauth.authorizationCodeGrantRequest(
      as,
      app,
      oauth.None(),
      back,
      CALLBACK,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(as, app, answer);
    expect(tokens.id_token).toBeUndefined();
    expect(tokens.scope).toBe("profile");
  });

  it("rejects a code without its verifier", async () => {
    const { state, request } = await ask(app, "openid");
    const back = await approve(app, request, state);
    const redeem = async (verifier: string | typeof oauth.nopkce) =>
      oauth.processAuthorizationCodeResponse(
        as,
        app,
        await oauth.authorizationCodeGrantRequest(
          as,
          app,
          oauth.None(),
          back,
          CALLBACK,
          verifier,
          insecure,
        ),
      );
    await expect(redeem(oauth.nopkce)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(redeem(oauth.generateRandomCodeVerifier())).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });
});

describe("pushed authorization request, with DPoP", () => {
  it("logs a user in and refreshes with one DPoP key", async () => {
    const dpop = oauth.DPoP(app, await oauth.generateKeyPair("ES256"));
    const options = { DPoP: dpop, ...insecure };
    const { verifier, nonce, state, request } = await ask(app, "openid offline_access");
    const pushed = await oauth.processPushedAuthorizationResponse(
      as,
      app,
      await oauth.pushedAuthorizationRequest(as, app, oauth.None(), request, options),
    );
    const { request_uri } = pushed;
    const reference = new URLSearchParams({ client_id: "app", request_uri });
    const back = await approve(app, reference, state);
    const tokens = await oauth.processAuthorizationCodeResponse(
      as,
      app,
      await oauth.authorizationCodeGrantRequest(
        as,
        app,
        oauth.None(),
        back,
        CALLBACK,
        verifier,
        options,
      ),
      { expectedNonce: nonce, requireIdToken: true },
    );
    expect(tokens.token_type).toBe("dpop");
    const told = await oauth.userInfoRequest(as, app, tokens.access_token, options);
    await oauth.processUserInfoResponse(as, app, "ada", told);
    const refreshed = await oauth.processRefreshTokenResponse(
      as,
      app,
      await oauth.refreshTokenGrantRequest(
        as,
        app,
        oauth.None(),
        tokens.refresh_token ?? "",
        options,
      ),
    );
    expect(refreshed.token_type).toBe("dpop");

    // A stolen refresh token is useless without its key.
    const other = oauth.DPoP(app, await oauth.generateKeyPair("ES256"));
    for (const thief of [insecure, { DPoP: other, ...insecure }]) {
      const answer = await oauth.refreshTokenGrantRequest(
        as,
        app,
        oauth.None(),
        refreshed.refresh_token ?? "",
        thief,
      );
      await expect(oauth.processRefreshTokenResponse(as, app, answer)).rejects.toMatchObject({
        error: "invalid_grant",
      });
    }
  });

  it("logs a user in whose clock is three minutes off, with the server's nonces [RFC9449-8/3]", async () => {
    const late = { ...app, [oauth.clockSkew]: -180 };
    const dpop = oauth.DPoP(late, await oauth.generateKeyPair("ES256"));
    const options = { DPoP: dpop, ...insecure };
    const { verifier, nonce, state, request } = await ask(app, "openid");
    const push = async () =>
      oauth.processPushedAuthorizationResponse(
        as,
        app,
        await oauth.pushedAuthorizationRequest(as, app, oauth.None(), request, options),
      );
    const { request_uri } = await push().catch((error: unknown) => {
      if (!oauth.isDPoPNonceError(error)) throw error;
      // The library has remembered the nonce.
      return push();
    });
    const reference = new URLSearchParams({ client_id: "app", request_uri });
    const back = await approve(app, reference, state);
    const tokens = await oauth.processAuthorizationCodeResponse(
      as,
      app,
      await oauth.authorizationCodeGrantRequest(
        as,
        app,
        oauth.None(),
        back,
        CALLBACK,
        verifier,
        options,
      ),
      { expectedNonce: nonce, requireIdToken: true },
    );
    const told = await oauth.userInfoRequest(as, app, tokens.access_token, options);
    await oauth.processUserInfoResponse(as, app, "ada", told);
  });

  it("rejects another key than that of the pushed request", async () => {
    const first = oauth.DPoP(app, await oauth.generateKeyPair("ES256"));
    const second = oauth.DPoP(app, await oauth.generateKeyPair("ES256"));
    const { verifier, state, request } = await ask(app, "openid");
    const { request_uri } = await oauth.processPushedAuthorizationResponse(
      as,
      app,
      await oauth.pushedAuthorizationRequest(as, app, oauth.None(), request, {
        DPoP: first,
        ...insecure,
      }),
    );
    const reference = new URLSearchParams({ client_id: "app", request_uri });
    const back = await approve(app, reference, state);
    const answer = await oauth.authorizationCodeGrantRequest(
      as,
      app,
      oauth.None(),
      back,
      CALLBACK,
      verifier,
      { DPoP: second, ...insecure },
    );
    await expect(oauth.processAuthorizationCodeResponse(as, app, answer)).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });
});

describe("device grant", () => {
  const request = async () =>
    oauth.processDeviceAuthorizationResponse(
      as,
      app,
      await oauth.deviceAuthorizationRequest(
        as,
        app,
        oauth.None(),
        new URLSearchParams({ scope: "openid" }),
        insecure,
      ),
    );
  const poll = async (deviceCode: string) =>
    oauth.processDeviceCodeResponse(
      as,
      app,
      await oauth.deviceCodeGrantRequest(as, app, oauth.None(), deviceCode, insecure),
    );

  it("answers authorization_pending, then slow_down, then gives tokens [RFC8628-3.5]", async () => {
    const device = await request();
    await expect(poll(device.device_code)).rejects.toMatchObject({
      error: "authorization_pending",
    });
    await expect(poll(device.device_code)).rejects.toMatchObject({ error: "slow_down" });
    await phone.decide("approve", await phone.type(device.user_code));
    const tokens = await poll(device.device_code);
    expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe("ada");
  });

  it("answers access_denied after a denial", async () => {
    const device = await request();
    await phone.decide("deny", await phone.type(device.user_code));
    await expect(poll(device.device_code)).rejects.toMatchObject({ error: "access_denied" });
  });
});

describe("a login's tokens", () => {
  it("refreshes tokens and narrows the scope", async () => {
    const first = await logIn(shop, withSecret);
    const answer = await oauth.refreshTokenGrantRequest(
      as,
      shop,
      withSecret,
      first.refresh_token ?? "",
      { additionalParameters: { scope: "openid" }, ...insecure },
    );
    const second = await oauth.processRefreshTokenResponse(as, shop, answer);
    await oauth.validateApplicationLevelSignature(as, answer, insecure);
    expect(second.scope).toBe("openid");
    expect(second.refresh_token).not.toBe(first.refresh_token);
  });

  it("introspects a token, revokes it and finds it inactive", async () => {
    const { access_token } = await logIn(shop, withSecret);
    const introspect = async () =>
      oauth.processIntrospectionResponse(
        as,
        shop,
        await oauth.introspectionRequest(as, shop, withSecret, access_token, insecure),
      );
    expect(await introspect()).toMatchObject({ active: true, client_id: "shop", sub: "ada" });
    const revoked = await oauth.revocationRequest(as, shop, withSecret, access_token, insecure);
    await oauth.processRevocationResponse(revoked);
    expect(await introspect()).toEqual({ active: false });
  });
});
