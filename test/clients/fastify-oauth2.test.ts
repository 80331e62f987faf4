import oauth2, { type OAuth2Namespace } from "@fastify/oauth2";
import fastify from "fastify";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { serveSite } from "./support/serve-site.ts";
import { UserAgent } from "./support/user-agent.ts";

declare module "fastify" {
  interface FastifyInstance {
    qrLogin: OAuth2Namespace;
  }
}

const origin = provider.sites["fastify-oauth2"];

const app = fastify();
await app.register(oauth2, {
  name: "qrLogin",
  credentials: { client: { id: "fastify-oauth2", secret: SECRET } },
  discovery: { issuer: provider.issuer },
  scope: ["openid", "profile", "offline_access"],
  startRedirectPath: "/login",
  callbackUri: `${origin}/callback`,
});
app.get("/callback", async (request) => {
  const { token } = await app.qrLogin.getAccessTokenFromAuthorizationCodeFlow(request);
  const refreshed = await app.qrLogin.getNewAccessTokenUsingRefreshToken(token, {});
  const person = await app.qrLogin.userinfo(refreshed.token.access_token);
  await app.qrLogin.revokeAllToken(refreshed.token, {});
  return person;
});
await app.ready();

serveSite(origin, (request, response) => app.routing(request, response));

it("@fastify/oauth2 logs a user in, refreshes and revokes", async () => {
  const browser = new UserAgent("fastify-oauth2");
  expect(await browser.json(`${origin}/login`)).toMatchObject({ name: "Ada Lovelace" });
  expect(await browser.activeLogins()).toEqual([]);
});
