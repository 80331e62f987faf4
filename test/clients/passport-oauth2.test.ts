import { callbackify } from "node:util";
import express from "express";
import session from "express-session";
import passport from "passport";
import OAuth2Strategy, { type VerifyCallback } from "passport-oauth2";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { serveSite } from "./support/serve-site.ts";
import { UserAgent } from "./support/user-agent.ts";

const origin = provider.sites["passport-oauth2"];

async function userinfo(accessToken: string): Promise<Express.User> {
  const headers = { Authorization: `Bearer ${accessToken}` };
  const response = await fetch(`${provider.issuer}/userinfo`, { headers });
  return (await response.json()) as Express.User;
}

const strategy = new OAuth2Strategy(
  {
    authorizationURL: `${provider.issuer}/authorize`,
    tokenURL: `${provider.issuer}/token`,
    clientID: "passport-oauth2",
    clientSecret: SECRET,
    callbackURL: `${origin}/callback`,
    scope: ["profile", "openid"],
    pkce: true,
    state: true,
  },
  (accessToken: string, _refreshToken: string, _profile: unknown, done: VerifyCallback) =>
    callbackify(userinfo)(accessToken, done),
);

const app = express();
app.use(session({ secret: "a secret of the site", resave: false, saveUninitialized: false }));
app.get("/login", passport.authenticate(strategy, { session: false }));
app.get("/callback", passport.authenticate(strategy, { session: false }), (request, response) => {
  response.json(request.user);
});

serveSite(origin, app);

it("passport-oauth2 logs a user in", async () => {
  const browser = new UserAgent("passport-oauth2");
  expect(await browser.json(`${origin}/login`)).toMatchObject({ name: "Ada Lovelace" });
});
