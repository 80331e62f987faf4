import { betterAuth } from "better-auth";
import { toNodeHandler } from "better-auth/node";
import { genericOAuth } from "better-auth/plugins";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { serveSite } from "./support/serve-site.ts";
import { UserAgent } from "./support/user-agent.ts";

const origin = provider.sites["better-auth"];

const auth = betterAuth({
  baseURL: origin,
  secret: "a long secret that signs the cookies of the site",
  plugins: [
    genericOAuth({
      config: [
        {
          providerId: "qr-login",
          discoveryUrl: `${provider.issuer}/.well-known/openid-configuration`,
          clientId: "better-auth",
          clientSecret: SECRET,
          scopes: ["openid", "profile", "email"],
        },
      ],
    }),
  ],
});

serveSite(origin, toNodeHandler(auth));

it("better-auth logs a user in with genericOAuth", async () => {
  const browser = new UserAgent("better-auth");
  const started = await browser.open(`${origin}/api/auth/sign-in/social`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: origin },
    body: JSON.stringify({ provider: "qr-login", callbackURL: "/api/auth/get-session" }),
  });
  const { url } = (await started.json()) as { url: string };
  expect(await browser.json(url)).toMatchObject({
    user: { name: "Ada Lovelace", email: "ada@example.com" },
  });
});
