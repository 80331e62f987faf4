import {
  getAuth,
  initOidcAuthMiddleware,
  oidcAuthMiddleware,
  revokeSession,
} from "@hono/oidc-auth";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { serveSite } from "./support/serve-site.ts";
import { UserAgent } from "./support/user-agent.ts";

const origin = provider.sites["hono-oidc-auth"];

const app = new Hono();
app.use(
  initOidcAuthMiddleware({
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: "hono-oidc-auth",
    OIDC_CLIENT_SECRET: SECRET,
    OIDC_AUTH_SECRET: "a long secret that signs the cookies of the site",
    // Each request refreshes, so that no test has to wait until it is time.
    OIDC_AUTH_REFRESH_INTERVAL: "-1",
  }),
);
app.get("/logout", async (c) => {
  await revokeSession(c);
  return c.text("logged out");
});
app.use(oidcAuthMiddleware());
app.get("/page", async (c) => c.json(await getAuth(c)));
app.get("/style", (c) => c.text("main {}"));

serveSite(origin, getRequestListener(app.fetch));

it("@hono/oidc-auth logs a user in with its defaults, and out", async () => {
  const browser = new UserAgent("hono-oidc-auth");
  expect(await browser.json(`${origin}/page`)).toMatchObject({ email: "ada@example.com" });
  await browser.open(`${origin}/logout`);
  expect(await browser.activeLogins()).toEqual([]);
});

it("@hono/oidc-auth stays logged in when a page and its style sheet refresh at once", async () => {
  const browser = new UserAgent("hono-oidc-auth");
  await browser.json(`${origin}/page`);
  for (let i = 0; i < 3; i++) {
    const [page, style] = await Promise.all([
      browser.open(`${origin}/page`),
      browser.open(`${origin}/style`),
    ]);
    expect([page.status, style.status]).toEqual([200, 200]);
  }
  expect(browser.logins).toBe(1);
  expect(await browser.attacks()).toEqual([]);
});
