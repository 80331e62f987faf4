/**
 * A site with a backend, whose people log in by their phone. It knows of the login server what any
 * OpenID Connect provider is known by: its address, and the site's own id and secret there.
 */
import { randomBytes } from "node:crypto";
import express from "express";
import openid from "express-openid-connect";

const { auth, requiresAuth } = openid;
const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT = "3000" } = process.env;
const baseURL = process.env.BASE_URL ?? `http://localhost:${PORT}`;

/** Logins that were ended elsewhere: by their owner, say. A real site would keep them in its database. */
const ended = new Set();

const site = express();

site.use(
  auth({
    issuerBaseURL: ISSUER,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    baseURL,
    // Signs the site's own cookies. A real site would keep it, so that people stay logged in.
    secret: randomBytes(32).toString("hex"),
    idTokenSigningAlg: "ES256",
    authRequired: false,
    authorizationParams: { response_type: "code", scope: "openid profile" },
    // Logging out here ends the login there too, and a login that ends there is told of here.
    idpLogout: true,
    backchannelLogout: {
      onLogin: false,
      onLogoutToken: ({ sid }) => void ended.add(sid),
      isLoggedOut: (request) => ended.has(request.oidc.idTokenClaims.sid),
    },
  }),
);

site.get("/", (request, response) => {
  const { user } = request.oidc;
  response.send(
    user
      ? page(`<p>Hello, ${escaped(user.name ?? user.sub)}.</p><p><a href="/logout">Log out</a></p>`)
      : page(`<p>Nobody is logged in.</p><p><a href="/login">Log in</a></p>`),
  );
});

site.get("/private", requiresAuth(), (request, response) => {
  response.json({ sub: request.oidc.user.sub });
});

site.listen(Number(PORT), () => console.log(`The site is at ${baseURL}`));

function page(content) {
  return `<!doctype html><title>The Shop</title><h1>The Shop</h1>${content}`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
