import { Hono } from "hono";
import type { PhonesResponse } from "../../protocol/responses.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { refusedAction } from "./refused-action.ts";
import { requirePhoneSession } from "./require-phone-session.ts";

/**
 * The phones that are signed in to an account, for its owner to see and to sign out. As with screens,
 * that takes no passkey: it should be as quick as it can be.
 */
export const phones = new Hono<AppEnv>();

const ID = "/:id{[A-Za-z0-9_-]{16}}";

phones.get("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const known = await account.phones(secretHash);
  return c.json({
    phones: known.map(({ signedInAt, lastSeenAt, ...phone }) => ({
      ...phone,
      signed_in_at: new Date(signedInAt).toISOString(),
      last_seen_at: new Date(lastSeenAt).toISOString(),
    })),
  } satisfies PhonesResponse);
});

phones.delete("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const ended = await account.endOtherPhones(secretHash);
  if (!ended.ok) throw refusedAction(ended.error);
  return c.body(null, 204);
});

phones.delete(ID, async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const ended = await account.endPhone(c.req.param("id"), secretHash);
  if (!ended.ok) throw refusedAction(ended.error);
  return c.body(null, 204);
});

phones.all("/", methodNotAllowed("GET", "DELETE"));
phones.all(ID, methodNotAllowed("DELETE"));
