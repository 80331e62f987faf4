import type { Context } from "hono";
import { accountStub, type AccountStub } from "../../accounts/account-stub.ts";
import type { ClientName } from "../../protocol/client-name.ts";
import type { AppEnv } from "../app-env.ts";
import { authenticateApprover } from "../middleware/authenticate-approver.ts";
import { ProblemError } from "../middleware/problem-response.ts";

export interface OwnAccount {
  account: AccountStub;
  /** The hash of the secret of the user's phone. Undefined for an app of a trusted issuer. */
  phone: string | undefined;
}

/** The account of the user: by the cookie of a phone, from our own pages, or by a trusted issuer's token. */
export async function requireAccount(c: Context<AppEnv>): Promise<OwnAccount> {
  const user = await authenticateApprover(c);
  if (!user) throw new ProblemError("sign_in_required");
  return { account: accountStub(c.env, user.sub), phone: user.phone };
}

/** A client that is no longer registered has its id for a name. */
export function clientNamed(c: Context<AppEnv>, id: string): ClientName {
  return { client_id: id, name: c.var.config.clients.get(id)?.name ?? id };
}
