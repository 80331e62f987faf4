import { ExpressAuth } from "@auth/express";
import express from "express";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { serveSite } from "./support/serve-site.ts";
import { UserAgent } from "./support/user-agent.ts";

const origin = provider.sites["auth-js"];

const app = express();
app.use(
  "/auth",
  ExpressAuth({
    providers: [
      {
        id: "qr-login",
        name: "QR login",
        type: "oidc",
        issuer: provider.issuer,
        clientId: "auth-js",
        clientSecret: SECRET,
      },
    ],
    secret: "a long secret that encrypts the cookies of the site",
    trustHost: true,
  }),
);

serveSite(origin, app);

it("Auth.js logs a user in with its defaults", async () => {
  const browser = new UserAgent("auth-js");
  const { csrfToken } = await browser.json<{ csrfToken: string }>(`${origin}/auth/csrf`);
  await browser.post(`${origin}/auth/signin/qr-login`, {
    csrfToken,
    callbackUrl: `${origin}/auth/session`,
  });
  expect(await browser.json(`${origin}/auth/session`)).toMatchObject({
    user: { name: "Ada Lovelace", email: "ada@example.com" },
  });
});
