import { createHash, randomBytes } from "node:crypto";
import { AuthorizationCode } from "simple-oauth2";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { UserAgent } from "./support/user-agent.ts";

const redirect_uri = `${provider.sites["simple-oauth2"]}/callback`;

it("simple-oauth2 logs a user in, refreshes and revokes", async () => {
  const browser = new UserAgent("simple-oauth2");
  const client = new AuthorizationCode({
    client: { id: "simple-oauth2", secret: SECRET },
    auth: {
      tokenHost: provider.issuer,
      tokenPath: "/token",
      authorizePath: "/authorize",
      revokePath: "/revoke",
    },
  });
  const code_verifier = randomBytes(32).toString("base64url");
  const pkce = {
    code_challenge: createHash("sha256").update(code_verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  const request = { redirect_uri, scope: "openid offline_access", ...pkce };
  const back = await browser.authorize(client.authorizeURL(request));
  const code = back.searchParams.get("code") ?? "";
  const token = await client.getToken({ code, redirect_uri, code_verifier } as never);
  const refreshed = await token.refresh();
  expect(refreshed.token).toMatchObject({ token_type: "Bearer", scope: "openid offline_access" });

  await refreshed.revokeAll();
  expect(await browser.activeLogins()).toEqual([]);
});
