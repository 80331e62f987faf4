import cookieParser from "cookie-parser";
import express, { type Request, type Response } from "express";
import NextAuth, { type AuthOptions } from "next-auth";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { serveSite } from "./support/serve-site.ts";
import { UserAgent } from "./support/user-agent.ts";

const origin = provider.sites["next-auth"];

const options: AuthOptions = {
  providers: [
    {
      id: "qr-login",
      name: "QR login",
      type: "oauth",
      wellKnown: `${provider.issuer}/.well-known/openid-configuration`,
      clientId: "next-auth",
      clientSecret: SECRET,
      authorization: { params: { scope: "openid profile email" } },
      idToken: true,
      checks: ["pkce", "state"],
      profile: ({ sub, name, email }) => ({ id: sub, name, email }),
    },
  ],
  secret: "a long secret that encrypts the cookies of the site",
};

const app = express();
app.use(cookieParser(), express.urlencoded());
// What Next.js does for a page `/api/auth/[...nextauth]`.
app.all("/api/auth/*nextauth", async (request: Request, response: Response) => {
  const query = { ...request.query, nextauth: request.params["nextauth"] };
  Object.defineProperty(request, "query", { value: query });
  await NextAuth(request as never, response as never, options);
});

serveSite(origin, app);
beforeAll(() => vi.stubEnv("NEXTAUTH_URL", origin));
afterAll(() => vi.unstubAllEnvs());

it("next-auth 4 logs a user in", async () => {
  const browser = new UserAgent("next-auth");
  const { csrfToken } = await browser.json<{ csrfToken: string }>(`${origin}/api/auth/csrf`);
  const callbackUrl = `${origin}/api/auth/session`;
  await browser.post(`${origin}/api/auth/signin/qr-login`, { csrfToken, callbackUrl });
  expect(await browser.json(`${origin}/api/auth/session`)).toMatchObject({
    user: { name: "Ada Lovelace", email: "ada@example.com" },
  });
});
