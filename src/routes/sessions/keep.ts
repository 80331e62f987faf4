import { Hono, type Context } from "hono";
import { accountStub, pipelined } from "../../accounts/account-stub.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import type { KeptLogin } from "../../login-session/domain/single-sign-on.ts";
import { watchTokenFromCookie } from "../../login-session/transports/watch-cookie.ts";
import { KeepBody } from "../../protocol/requests.ts";
import type { AppEnv } from "../app-env.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { firstParty } from "../middleware/same-origin.ts";
import { browserKey, clearSsoCookie, setSsoCookie, type BrowserKey } from "../oauth/sso-cookie.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";

/**
 * Single sign-on: after an approval, the login page says whether this browser stays logged in. Whatever it was logged in
 * by before ends. Only our own page can send this, in the browser that shows the session: it needs the cookie with the
 * watch token, which no other host can plant.
 */
export const keeping = new Hono<AppEnv>();

keeping.post("/:id/keep", limitRate("SESSION_LIMIT", "act"), firstParty(), async (c) => {
  const { keep } = await jsonBody(c, KeepBody);
  const session = requireSession(c);
  const token = watchTokenFromCookie(c.req.raw.headers, c.req.param("id"));
  if (token === undefined) throw new ProblemError("watch_token_missing");
  using found = await session.loginToKeep({ token });
  const login = unwrapOrThrow(found);
  // Only an approval decides who is logged in here.
  if (!login) return c.body(null, 204);
  const previous = await browserKey(c);
  const isOpen = keep && login.mayStay && (await openBrowserSession(c, login, previous));
  if (!isOpen) clearSsoCookie(c);
  // A browser session of the same account was replaced.
  if (previous && !(isOpen && previous.sub === login.account.sub)) {
    const sessions = pipelined(accountStub(c.env, previous.sub).browserSessions());
    await sessions.forget(previous.secretHash);
  }
  return c.body(null, 204);
});

/** False if the phone that approved was signed out since. Each approval gives a new secret (session fixation). */
async function openBrowserSession(
  c: Context<AppEnv>,
  login: KeptLogin,
  previous: BrowserKey | undefined,
): Promise<boolean> {
  const { sub } = login.account;
  const secret = randomToken();
  const secretHash = await sha256(secret);
  const replaces = previous?.sub === sub ? previous.secretHash : undefined;
  const sessions = pipelined(accountStub(c.env, sub).browserSessions());
  const opened = await sessions.open(secretHash, login, replaces);
  if (opened.ok) await setSsoCookie(c, { sub, secretHash }, secret);
  return opened.ok;
}
