import * as client from "openid-client";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { UserAgent } from "./support/user-agent.ts";

const origin = provider.sites["openid-client"];

it("openid-client 6 logs a user in, refreshes and logs out", async () => {
  const browser = new UserAgent("openid-client");
  const config = await client.discovery(new URL(provider.issuer), "openid-client", SECRET);
  client.enableNonRepudiationChecks(config);
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const request = client.buildAuthorizationUrl(config, {
    redirect_uri: `${origin}/callback`,
    scope: "openid profile email offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const back = await browser.authorize(request);
  const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier });
  const sub = tokens.claims()?.sub ?? "";
  expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({
    name: "Ada Lovelace",
    email: "ada@example.com",
  });

  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
  expect(refreshed.claims()?.sub).toBe(sub);

  const logout = client.buildEndSessionUrl(config, {
    id_token_hint: refreshed.id_token ?? "",
    post_logout_redirect_uri: `${origin}/goodbye`,
  });
  expect((await browser.authorize(logout)).href).toBe(`${origin}/goodbye`);
  expect(await browser.activeLogins()).toEqual([]);
});
