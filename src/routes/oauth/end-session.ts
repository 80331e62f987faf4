import { Hono, type Context } from "hono";
import { authorizationParameters } from "../../oidc/authorization/authorization-parameters.ts";
import { readIdTokenHint } from "../../oidc/logout/id-token-hint.ts";
import { invalidRequest, type OAuthError } from "../../oidc/errors.ts";
import { parseLogoutRequest, type ReturnAddress } from "../../oidc/logout/logout-request.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { setUiLocales } from "../pages/localized-page.ts";
import { messagePage, type MessagePage } from "../pages/message-page.ts";
import { postedForm, queryOf } from "../middleware/posted-form.ts";
import { rejectPrefetch } from "../middleware/reject-prefetch.ts";
import { limitPageRate } from "../middleware/rate-limit.ts";
import { endNamedLogin, logOutBrowser } from "./browser-logout.ts";
import { logOAuthError, setLoggedClient } from "./oauth-response.ts";

/**
 * RP-Initiated Logout (OpenID Connect): ends the login that the ID token names, and revokes its
 * tokens. If its browser stays logged in here (single sign-on), that ends too, with all its logins.
 *
 * The End-User is asked first (§2) only if no login is named: whoever has the ID token could confirm
 * as well. docs/decisions.md says what protects the owner instead.
 */
export const endSession = new Hono<AppEnv>();

endSession.use("/", limitPageRate("CREATE_LIMIT", "tooManyRequests", "end_session"));

endSession.get("/", rejectPrefetch(), async (c) => {
  // HEAD must not end a login.
  if (c.req.method === "HEAD") return c.body(null);
  const query = queryOf(c);
  return query
    ? await endLogin(c, query)
    : await errorPage(c, invalidRequest("The address is not UTF-8."));
});

endSession.post("/", async (c) => {
  const form = await postedForm(c);
  const description = "The body must be application/x-www-form-urlencoded, in UTF-8.";
  return form ? await endLogin(c, form) : await errorPage(c, invalidRequest(description));
});

endSession.all("/", methodNotAllowed("GET", "POST"));

async function endLogin(c: Context<AppEnv>, query: URLSearchParams): Promise<Response> {
  const parameters = authorizationParameters(query);
  setUiLocales(c, parameters.values.get("ui_locales"));
  const token = parameters.values.get("id_token_hint");
  const hint = token === undefined ? undefined : await readIdTokenHint(c.env, token);
  setLoggedClient(c, hint?.ok ? hint.value.aud : parameters.values.get("client_id"));
  const request = parseLogoutRequest(parameters, hint, c.var.config);
  if (!request.ok) return await errorPage(c, request.error);

  const { login, returnTo, error } = request.value;
  if (!login) {
    // The request may be any site's link: no login ends, and the browser goes nowhere by itself (§3).
    if (hint && error) return await errorPage(c, error, returnTo);
    const loggedOut = await logOutBrowser(c, query);
    if (loggedOut instanceof Response) return loggedOut;
    const text = loggedOut === "ended" ? "browserLoggedOut" : "notLoggedIn";
    const detail = error?.description;
    return await messagePage(c, { status: 200, text, detail, ...linkTo(returnTo) });
  }
  await endNamedLogin(c, login);
  if (returnTo) return c.redirect(returnTo.uri, 303);
  // §4: an address that is not registered is not used, but the login ends all the same.
  if (error) logOAuthError(c, error);
  const status = error ? 400 : 200;
  return await messagePage(c, { status, text: "loggedOut", detail: error?.description });
}

function errorPage(
  c: Context<AppEnv>,
  error: OAuthError,
  returnTo?: ReturnAddress,
): Promise<Response> {
  logOAuthError(c, error);
  const { description: detail } = error;
  return messagePage(c, { status: 400, text: "nobodyLoggedOut", detail, ...linkTo(returnTo) });
}

/** The way back to the client that asks. */
function linkTo(returnTo: ReturnAddress | undefined): Pick<MessagePage, "back"> {
  return returnTo ? { back: { name: returnTo.clientName, href: returnTo.uri } } : {};
}
