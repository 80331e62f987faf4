import { Hono } from "hono";
import { pipelined } from "../../accounts/account-stub.ts";
import type { PhonesResponse } from "../../protocol/phones.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { accountProblem } from "./account-problem.ts";
import { requirePhoneSession } from "./require-phone-session.ts";

/** The phones that are signed in to an account. To sign one out takes no recent sign-in, so that it is quick. */
export const phones = new Hono<AppEnv>();

const ID = "/:id{[A-Za-z0-9_-]{16}}";

phones.get("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const listed = await pipelined(account.phones()).list(secretHash);
  return c.json({
    phones: listed.map(({ signedInAt, lastSeenAt, ...phone }) => ({
      ...phone,
      signed_in_at: new Date(signedInAt).toISOString(),
      last_seen_at: new Date(lastSeenAt).toISOString(),
    })),
  } satisfies PhonesResponse);
});

phones.delete("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const ended = await pipelined(account.phones()).endOthers(secretHash);
  if (!ended.ok) throw accountProblem(ended.error);
  return c.body(null, 204);
});

phones.delete(ID, async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const ended = await pipelined(account.phones()).end(c.req.param("id"), secretHash);
  if (!ended.ok) throw accountProblem(ended.error);
  return c.body(null, 204);
});

phones.all("/", methodNotAllowed("GET", "DELETE"));
phones.all(ID, methodNotAllowed("DELETE"));
