import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { TrieRouter } from "hono/router/trie-router";
import { configOf, ConfigurationError } from "./config/index.ts";
import { isUnavailable } from "./lib/object-unavailable.ts";
import { account } from "./routes/account/index.ts";
import type { AppEnv } from "./routes/app-env.ts";
import { authorize } from "./routes/oauth/authorize.ts";
import { compare } from "./routes/pages/compare.ts";
import { devices } from "./routes/account/devices.ts";
import { deviceAuthorization } from "./routes/oauth/device-authorization.ts";
import { endSession } from "./routes/oauth/end-session.ts";
import { history } from "./routes/account/history.ts";
import { introspect } from "./routes/oauth/introspect.ts";
import { clientCors, publicCors } from "./routes/middleware/cors.ts";
import { messagePage } from "./routes/pages/message-page.ts";
import { pages } from "./routes/pages/index.ts";
import { problemResponse, ProblemError } from "./routes/middleware/problem-response.ts";
import { pushedAuthorization } from "./routes/oauth/pushed-authorization.ts";
import { revoke } from "./routes/oauth/revoke.ts";
import { sessions } from "./routes/sessions/index.ts";
import { token } from "./routes/oauth/token.ts";
import { userinfo } from "./routes/oauth/userinfo.ts";
import { wellKnown } from "./routes/well-known/index.ts";
import { DATA_HEADERS, SECURITY_HEADERS } from "./routes/middleware/security-headers.ts";

/** Bytes: more than any documented request has. */
const MAX_BODY = 16 * 1024;

/** Default headers of pages and of all other responses. */
const PAGE_HEADERS = Object.entries({ ...SECURITY_HEADERS, "Cache-Control": "no-store" });
const DATA_HEADERS_NO_STORE = Object.entries({ ...DATA_HEADERS, "Cache-Control": "no-store" });

/** Documents that pages of every origin may read. */
const PUBLIC_DOCUMENTS = [
  "/.well-known/openid-configuration",
  "/.well-known/oauth-authorization-server",
  "/.well-known/jwks.json",
];

/** What pages of clients call. Not /introspect, which is for clients that authenticate: no page can keep a secret. */
const CLIENT_PATHS = [
  "/sessions",
  "/sessions/*",
  "/par",
  "/device_authorization",
  "/token",
  "/revoke",
  "/userinfo",
];

/**
 * The routes, the headers of every response, and the error handler. Hono's default router tries to
 * build one regular expression from all routes at the first request, fails for ours, and falls back
 * to this router.
 */
export const app = new Hono<AppEnv>({ router: new TrieRouter() });

app.use(
  createMiddleware<AppEnv>(async function securityHeaders(c, next) {
    await next();
    // A WebSocket response comes from the Durable Object, and its headers can't be changed.
    if (c.res.status === 101) return;
    const { headers } = c.res;
    const isPage = headers.get("Content-Type")?.startsWith("text/html");
    for (const [name, value] of isPage ? PAGE_HEADERS : DATA_HEADERS_NO_STORE) {
      // A route may set its own value.
      if (!headers.has(name)) headers.set(name, value);
    }
  }),
);

for (const path of PUBLIC_DOCUMENTS) app.use(path, publicCors());

app.use(
  createMiddleware<AppEnv>(async function configure(c, next) {
    c.set("config", configOf(c.env));
    await next();
  }),
);

for (const path of CLIENT_PATHS) app.use(path, clientCors());

app.use(bodyLimit({ maxSize: MAX_BODY, onError: () => problemResponse("body_too_large") }));

app.route("/sessions", sessions);
// Before /account, which accepts requests of our own pages only: these two accept access tokens
// too.
app.route("/account/devices", devices);
app.route("/account/history", history);
app.route("/account", account);
app.route("/authorize", authorize);
app.route("/par", pushedAuthorization);
app.route("/device_authorization", deviceAuthorization);
app.route("/token", token);
app.route("/introspect", introspect);
app.route("/revoke", revoke);
app.route("/userinfo", userinfo);
app.route("/end_session", endSession);
app.route("/compare", compare);
app.route("/.well-known", wellKnown);
app.route("/", pages);

app.notFound(() => problemResponse("not_found"));

app.onError(async (error, c: Context<AppEnv>) => {
  if (error instanceof ProblemError) {
    return problemResponse(error.code, error.details);
  }
  if (error instanceof ConfigurationError) {
    console.error(error.message);
    if (wantsPage(c)) {
      return await messagePage(
        c,
        { status: 500, text: "misconfigured", detail: error.message },
        "",
      );
    }
    return problemResponse("configuration_error", { detail: error.message });
  }
  if (isUnavailable(error)) {
    console.warn(error);
    return wantsPage(c)
      ? await messagePage(c, { status: 503, text: "unavailable" })
      : problemResponse("temporarily_unavailable");
  }
  // The details are logged, and not sent.
  console.error(error);
  return problemResponse("internal_error");
});

/** Whether a browser navigates here, by a link or a form: a script's request does not accept HTML. */
function wantsPage(c: Context<AppEnv>): boolean {
  return /\btext\/html\b/.test(c.req.header("Accept") ?? "");
}
