import express from "express";
import session from "express-session";
import passport from "passport";
import OpenIDConnectStrategy, { type Profile, type VerifyCallback } from "passport-openidconnect";
import { expect, it } from "vitest";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { serveSite } from "./support/serve-site.ts";
import { UserAgent } from "./support/user-agent.ts";

const origin = provider.sites["passport-openidconnect"];

const strategy = new OpenIDConnectStrategy(
  {
    issuer: provider.issuer,
    authorizationURL: `${provider.issuer}/authorize`,
    tokenURL: `${provider.issuer}/token`,
    userInfoURL: `${provider.issuer}/userinfo`,
    clientID: "passport-openidconnect",
    clientSecret: SECRET,
    callbackURL: `${origin}/callback`,
    scope: ["profile", "email"],
    nonce: "random",
  },
  (_issuer: string, profile: Profile, done: VerifyCallback) => done(null, profile),
);

const app = express();
app.use(session({ secret: "a secret of the site", resave: false, saveUninitialized: false }));
app.get("/login", passport.authenticate(strategy, { session: false }));
app.get("/callback", passport.authenticate(strategy, { session: false }), (request, response) => {
  response.json(request.user);
});

serveSite(origin, app);

it("passport-openidconnect, which knows no PKCE, logs a user in with a nonce", async () => {
  const browser = new UserAgent("passport-openidconnect");
  expect(await browser.json(`${origin}/login`)).toMatchObject({ displayName: "Ada Lovelace" });
});
