import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import type { Account } from "../../accounts/account.ts";
import type { ClientName } from "../../protocol/responses.ts";
import type { AppEnv } from "../app-env.ts";
import { authenticateApprover } from "../middleware/authenticate-approver.ts";
import { ProblemError } from "../middleware/problem-response.ts";

/** Somebody's account, and by what they are known to it. */
export interface OwnAccount {
  account: DurableObjectStub<Account>;
  /** Their phone, by the hash of its secret. Nothing for an app of another issuer. */
  phone: string | undefined;
}

/** The account of whoever asks: by the cookie of a page of our own, or by a trusted issuer's token. */
export async function requireAccount(c: Context<AppEnv>): Promise<OwnAccount> {
  const claims = await authenticateApprover(c);
  if (!claims) throw new ProblemError("sign_in_required");
  return { account: accountStub(c.env, claims.sub), phone: claims.phone };
}

/** A client that was taken out of the configuration meanwhile has its id for a name. */
export function clientNamed(c: Context<AppEnv>, id: string): ClientName {
  return { client_id: id, name: c.var.config.clients.get(id)?.name ?? id };
}
