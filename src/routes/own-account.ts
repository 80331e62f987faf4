import type { Context } from "hono";
import { accountStub } from "../accounts/account-stub.ts";
import type { Account } from "../accounts/account.ts";
import type { ClientName } from "../protocol/answers.ts";
import type { AppEnv } from "./app-env.ts";
import { identify } from "./identify.ts";
import { ProblemError } from "./problem-answer.ts";

/** The account of whoever asks: by the cookie of a page of our own, or by a trusted issuer's token. */
export async function ownAccount(c: Context<AppEnv>): Promise<DurableObjectStub<Account>> {
  const account = await identify(c);
  if (!account) throw new ProblemError("sign_in_required");
  return accountStub(c.env, account.sub);
}

/** A client that was taken out of the configuration meanwhile has its id for a name. */
export function clientNamed(c: Context<AppEnv>, id: string): ClientName {
  return { client_id: id, name: c.var.config.clients.get(id)?.name ?? id };
}
