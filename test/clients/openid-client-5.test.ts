import { generators, Issuer } from "openid-client-5";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { UserAgent } from "./support/user-agent.ts";

const origin = provider.sites["openid-client-5"];
const redirectUri = `${origin}/callback`;

it("openid-client 5 logs a user in, refreshes and logs out", async () => {
  const browser = new UserAgent("openid-client-5");
  const issuer = await Issuer.discover(provider.issuer);
  const client = new issuer.Client({
    client_id: "openid-client-5",
    client_secret: SECRET,
  });
  const code_verifier = generators.codeVerifier();
  const state = generators.state();
  const nonce = generators.nonce();
  const request = client.authorizationUrl({
    redirect_uri: redirectUri,
    scope: "openid profile email offline_access",
    code_challenge: generators.codeChallenge(code_verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const back = await browser.authorize(request);
  const response = client.callbackParams(back.href);
  const tokens = await client.callback(redirectUri, response, { code_verifier, state, nonce });
  expect(await client.userinfo(tokens)).toMatchObject({
    sub: tokens.claims().sub,
    name: "Ada Lovelace",
    email: "ada@example.com",
  });

  const refreshed = await client.refresh(tokens);
  expect(refreshed.claims().sub).toBe(tokens.claims().sub);

  const logout = client.endSessionUrl({
    id_token_hint: refreshed,
    post_logout_redirect_uri: `${origin}/goodbye`,
  });
  expect((await browser.authorize(logout)).href).toBe(`${origin}/goodbye`);
  expect(await browser.activeLogins()).toEqual([]);
});
