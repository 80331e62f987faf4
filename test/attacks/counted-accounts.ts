import { env } from "cloudflare:workers";

/** The namespace of accounts, with a count of its calls. */
export function countedAccounts(): { ACCOUNTS: Env["ACCOUNTS"]; asked: () => number } {
  let asked = 0;
  const ACCOUNTS = new Proxy(env.ACCOUNTS, {
    get(accounts, name) {
      if (name === "get") asked += 1;
      const member: unknown = Reflect.get(accounts, name);
      return typeof member === "function" ? member.bind(accounts) : member;
    },
  });
  return { ACCOUNTS, asked: () => asked };
}
