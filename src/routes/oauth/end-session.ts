import { Hono, type Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { authorizationParameters } from "../../oidc/authorization/authorization-parameters.ts";
import { readIdTokenHint } from "../../oidc/logout/id-token-hint.ts";
import { parseLogoutRequest } from "../../oidc/logout/logout-request.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { messagePage } from "../pages/message-page.ts";
import { postedForm, queryOf } from "../middleware/posted-form.ts";
import { rejectPrefetch } from "../middleware/reject-prefetch.ts";
import { limitPageRate } from "../middleware/rate-limit.ts";

/**
 * A client logs its person out (OpenID Connect RP-Initiated Logout). There is no session of this
 * browser here that could end: what ends is the login that the client's ID token tells of, and with it
 * everything that it gave.
 *
 * The End-User is not asked first (§2): nobody is signed in to this browser, so whoever sent the hint would
 * answer the question too. docs/decisions.md says what protects the owner instead.
 */
export const endSession = new Hono<AppEnv>();

endSession.use("/", limitPageRate("CREATE_LIMIT", "tooManyRequests", "end_session"));

endSession.get("/", rejectPrefetch(), async (c) => {
  // Whoever only asks for the headers ends nothing.
  if (c.req.method === "HEAD") return c.body(null);
  const query = queryOf(c);
  return query ? await answer(c, query) : await mistake(c, "The address is not UTF-8.");
});

endSession.post("/", async (c) => {
  const form = await postedForm(c);
  return form
    ? await answer(c, form)
    : await mistake(c, "The body must be application/x-www-form-urlencoded, in UTF-8.");
});

endSession.all("/", methodNotAllowed("GET", "POST"));

async function answer(c: Context<AppEnv>, query: URLSearchParams): Promise<Response> {
  const parameters = authorizationParameters(query);
  const presented = parameters.values.get("id_token_hint");
  const hint = presented === undefined ? undefined : await readIdTokenHint(c.env, presented);
  const logout = parseLogoutRequest(parameters, hint, c.var.config);
  if (!logout.ok) return await mistake(c, logout.error);

  const { login, redirectTo } = logout.value;
  if (!login) {
    return await messagePage(c, { status: 200, text: "notLoggedIn" });
  }
  // An ID token is no secret, so this may not come from the client: it is sent a logout token
  // (Back-Channel Logout §2.5), and the owner is still asked whether the login was theirs.
  await accountStub(c.env, login.sub).endLogin(login.sid, { by: "client" });
  if (redirectTo !== undefined) return c.redirect(redirectTo, 303);
  return await messagePage(c, { status: 200, text: "loggedOut" });
}

function mistake(c: Context<AppEnv>, detail: string): Promise<Response> {
  return messagePage(c, { status: 400, text: "nobodyLoggedOut", detail });
}
