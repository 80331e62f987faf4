import type { Account } from "./account.ts";

/** The object of an account. Asking one that was never created is harmless: it knows nobody. */
export function accountStub(env: Env, sub: string): DurableObjectStub<Account> {
  return env.ACCOUNTS.get(env.ACCOUNTS.idFromName(sub));
}
