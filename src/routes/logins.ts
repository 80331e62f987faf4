import { Hono, type Context } from "hono";
import { accountStub } from "../accounts/account-stub.ts";
import type { LoginsAnswer } from "../protocol/answers.ts";
import type { AppEnv } from "./app-env.ts";
import { identify } from "./identify.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { ProblemError } from "./problem-answer.ts";
import { limitRate } from "./rate-limit.ts";

/**
 * The screens that somebody is logged in on, for themselves to see and to end. Whoever may approve
 * may ask: by the cookie of a passkey account, from a page of our own, or by a trusted issuer's token.
 */
export const logins = new Hono<AppEnv>();

// "/*" is "/" too.
logins.on(["GET", "DELETE"], "/*", limitRate("ACCOUNT_LIMIT"));

logins.get("/", async (c) => {
  const account = accountStub(c.env, await ownSubject(c));
  const { clients } = c.var.config;
  const known = await account.logins();
  return c.json({
    logins: known.map(({ sid, clientId, begunAt, lastUsedAt }) => ({
      sid,
      // A client that was taken out of the configuration meanwhile has its id for a name.
      client: { client_id: clientId, name: clients.get(clientId)?.name ?? clientId },
      began_at: new Date(begunAt).toISOString(),
      last_used_at: new Date(lastUsedAt).toISOString(),
    })),
  } satisfies LoginsAnswer);
});

/** One that has ended, or never was, is as it should be. */
logins.delete("/:sid{[A-Za-z0-9_-]{43}}", async (c) => {
  const account = accountStub(c.env, await ownSubject(c));
  const sid = c.req.param("sid");
  // Nothing is remembered of a login that there never was.
  if (await account.isLoggedIn(sid)) await account.endLogin(sid);
  return c.body(null, 204);
});

logins.all("/", methodNotAllowed("GET"));
logins.all("/:sid{[A-Za-z0-9_-]{43}}", methodNotAllowed("DELETE"));

async function ownSubject(c: Context<AppEnv>): Promise<string> {
  const account = await identify(c);
  if (!account) throw new ProblemError("sign_in_required");
  return account.sub;
}
