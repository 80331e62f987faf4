import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { PhoneSession } from "../../src/accounts/phone-sessions/phone-session.ts";
import { sha256 } from "../../src/lib/digest.ts";
import { accountStub } from "../../src/accounts/account-stub.ts";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import { errorCodeOf } from "../../src/login-session/domain/errors.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { api, begin, madeUp, NO_HISTORY, scan, type Begun } from "./api.ts";

/**
 * A new phone shows a code, and a phone that is signed in approves: with the digits that the new one
 * shows, and by a sign-in of just now. Returns what the new one redeems.
 */
export async function approvedLink(who: string | AuthenticatedUser): Promise<string> {
  const login = await begin({ client_id: "phone" });
  const scanToken = await scan(login);
  const claims = typeof who === "string" ? { sub: who, ...(await phoneOf(who)) } : who;
  const account = { ...claims, authTime: Date.now() };
  const approver = { account, history: NO_HISTORY, device: {} };
  using looked = await login.stub.viewRequest(scanToken, { approver });
  if (!looked.ok) throw new Error(`not looked at: ${looked.error}`);

  const snapshot = async () => {
    const path = `/sessions/${login.created.session_id}`;
    return await (await api(path, { headers: login.bearer })).json<Snapshot>();
  };
  const { match } = await snapshot();
  if (match?.by !== "phone") throw new Error("no digits are shown");
  using approved = await login.stub.approve(scanToken, {
    account,
    device: {},
    match: match.digits,
    ...(await signedBy(login, scanToken, account)),
  });
  if (!approved.ok) throw new Error(`not approved: ${errorCodeOf(approved.error)}`);
  const { code, status } = await snapshot();
  if (code === undefined) throw new Error(`no code: ${status}`);
  return code;
}

/** A phone that is signed in to the account, a confirmed one where there is one; none of another issuer's. */
async function phoneOf(sub: string): Promise<Pick<AuthenticatedUser, "phone">> {
  const account = accountStub(env, sub);
  const sessions = await runInDurableObject(account, (_, { storage }) =>
    Array.from(storage.kv.list<PhoneSession>({ prefix: "session:" }), ([, row]) => row),
  );
  const session = sessions.find(({ probation }) => !probation) ?? sessions[0];
  return session ? { phone: session.secretHash } : {};
}

/** What the Worker says of a passkey that it has verified, where an account of passkeys approves. */
async function signedBy({ stub }: Begun, scanToken: string, account: AuthenticatedUser) {
  if (account.phone === undefined) return {};
  const nonce = madeUp();
  using statement = await stub.statement(scanToken, account, nonce);
  if (!statement.ok) throw new Error(errorCodeOf(statement.error));
  const assertion = {
    id: "passkey",
    response: { clientDataJSON: "c", authenticatorData: "a", signature: "s" },
  };
  return { signed: { challenge: await sha256(statement.value), nonce, assertion } };
}
