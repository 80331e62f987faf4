import type { Context } from "hono";
import { accountStub, pipelined } from "../../accounts/account-stub.ts";
import type { IdTokenHint } from "../../oidc/logout/id-token-hint.ts";
import type { AppEnv } from "../app-env.ts";
import { isFirstParty } from "../middleware/same-origin.ts";
import { logoutPage } from "../pages/choice-page.ts";
import { CHOICE, CHOICE_SESSION } from "./sso-choice.ts";
import { browserKey, clearSsoCookie } from "./sso-cookie.ts";

/**
 * Ends the login that the ID token names, and the browser session that it belongs to, with all logins of that browser
 * (RP-Initiated Logout §2). An ID token is no secret, so the request may not come from the client: the client gets a
 * logout token (Back-Channel Logout §2.5), and the owner can still report the login as not theirs.
 */
export async function endNamedLogin(c: Context<AppEnv>, { sub, sid }: IdTokenHint): Promise<void> {
  const sessions = pipelined(accountStub(c.env, sub).browserSessions());
  const ended = await sessions.endByLogin(sid);
  const key = await browserKey(c);
  if (key && key.secretHash === ended) clearSsoCookie(c);
}

/**
 * A logout that names no login: the person is asked, and then everything ends that this browser is logged in to.
 * Undefined if it is not logged in here. "ended" after the person has confirmed it on our page (CSRF).
 */
export async function logOutBrowser(
  c: Context<AppEnv>,
  sent: URLSearchParams,
): Promise<"ended" | Response | undefined> {
  const key = await browserKey(c);
  const sessions = () => key && pipelined(accountStub(c.env, key.sub).browserSessions());
  using logout = key && (await sessions()?.logoutOf(key.secretHash));
  if (!key || !logout) return undefined;
  const isConfirmed = c.req.method === "POST" && isFirstParty(c) && sent.get(CHOICE) === "log_out";
  if (isConfirmed && sent.get(CHOICE_SESSION) === logout.id) {
    await sessions()?.end(key.secretHash);
    clearSsoCookie(c);
    return "ended";
  }
  const { clients } = c.var.config;
  return await logoutPage(c, {
    browserSession: logout.id,
    sites: logout.clientIds.map((id) => clients.get(id)?.name ?? id),
    fields: [...sent].filter(([name]) => name !== CHOICE && name !== CHOICE_SESSION),
  });
}
