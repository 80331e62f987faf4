/**
 * A site with a backend whose users log in with their phone. It knows the login server like any OpenID
 * Connect provider: by its address, and the client id and secret of the site.
 */
import { randomBytes } from "node:crypto";
import express from "express";
import openid from "express-openid-connect";

const { auth, requiresAuth } = openid;
const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT = "3000" } = process.env;
const baseURL = process.env.BASE_URL ?? `http://localhost:${PORT}`;

/** Logins that were ended elsewhere, for example by their owner. A real site would store them in its database. */
const ended = new Set();

const site = express();

site.use(
  auth({
    issuerBaseURL: ISSUER,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    baseURL,
    // Signs the site's own cookies. A real site would store it, so that users stay logged in after a restart.
    secret: randomBytes(32).toString("hex"),
    authRequired: false,
    authorizationParams: { response_type: "code", scope: "openid profile" },
    // A logout here ends the login at the provider, and the provider notifies this site when a login ends.
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
