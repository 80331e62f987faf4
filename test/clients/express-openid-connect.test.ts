import express from "express";
import { auth, requiresAuth } from "express-openid-connect";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { serveSite } from "./support/serve-site.ts";
import { UserAgent } from "./support/user-agent.ts";

const origin = provider.sites["express-openid-connect"];

const app = express();
app.use(
  auth({
    issuerBaseURL: provider.issuer,
    baseURL: origin,
    clientID: "express-openid-connect",
    clientSecret: SECRET,
    secret: "a long secret that signs the cookies of the site",
    authorizationParams: { response_type: "code", scope: "openid profile email offline_access" },
    idpLogout: true,
    authRequired: false,
    routes: { postLogoutRedirect: `${origin}/goodbye` },
  }),
);
app.get("/goodbye", (_request, response) => {
  response.send("Goodbye");
});
app.get("/", requiresAuth(), async (request, response) => {
  response.json(await request.oidc.fetchUserInfo());
});
app.get("/refresh", requiresAuth(), async (request, response) => {
  const refreshed = await request.oidc.accessToken?.refresh();
  response.json({ refreshed: refreshed !== undefined });
});

serveSite(origin, app);

it("express-openid-connect logs a user in and out", async () => {
  const browser = new UserAgent("express-openid-connect");
  expect(await browser.json(origin)).toMatchObject({
    name: "Ada Lovelace",
    email: "ada@example.com",
  });
  const goodbye = await browser.open(`${origin}/logout`);
  expect(await goodbye.text()).toBe("Goodbye");
  expect(await browser.activeLogins()).toEqual([]);
});

it("express-openid-connect stays logged in when three requests refresh at once", async () => {
  const browser = new UserAgent("express-openid-connect");
  await browser.json(origin);
  const refreshes = await Promise.all([1, 2, 3].map(() => browser.json(`${origin}/refresh`)));
  expect(refreshes).toEqual([{ refreshed: true }, { refreshed: true }, { refreshed: true }]);
  expect(await browser.json(`${origin}/refresh`)).toEqual({ refreshed: true });
  expect(browser.logins).toBe(1);
  expect(await browser.attacks()).toEqual([]);
});
