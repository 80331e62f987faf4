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
          scopes: ["openid", "profile", "email", "offline_access"],
        },
      ],
    }),
  ],
});

serveSite(origin, toNodeHandler(auth));

it("better-auth logs a user in with genericOAuth, refreshes and logs out", async () => {
  const browser = new UserAgent("better-auth");
  const post = async <Answer>(path: string, body: object): Promise<Answer> => {
    const answer = await browser.open(`${origin}/api/auth/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: origin },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as Answer;
  };
  const callbackURL = "/api/auth/get-session";
  const login = await post<{ url: string }>("sign-in/social", {
    provider: "qr-login",
    callbackURL,
  });
  expect(await browser.json(login.url)).toMatchObject({
    user: { name: "Ada Lovelace", email: "ada@example.com" },
  });

  const refreshed = await post("refresh-token", { useAccountCookie: true });
  expect(refreshed).toMatchObject({ accessToken: expect.any(String) });

  const logout = await post<{ url: string }>("sign-out", { callbackURL: `${origin}/goodbye` });
  expect((await browser.authorize(logout.url)).href).toBe(`${origin}/goodbye`);
  expect(await browser.activeLogins()).toEqual([]);
});
