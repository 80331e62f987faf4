import type { AccountClaims } from "../../src/login/session.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { api, begin, NO_HISTORY, scan } from "./api.ts";

/**
 * A new phone shows a code, and a phone that is signed in approves: with the digits that the new one
 * shows, and by a sign-in of just now. Returns what the new one redeems.
 */
export async function approvedLink(who: string | AccountClaims): Promise<string> {
  const login = await begin({ client_id: "phone" });
  const scanToken = await scan(login);
  const claims = typeof who === "string" ? { sub: who } : who;
  const account = { ...claims, authTime: Date.now() };
  const approver = { account, standing: NO_HISTORY, phone: {} };
  using looked = await login.stub.look(scanToken, approver);
  if (!looked.ok) throw new Error(`not looked at: ${looked.error}`);

  const snapshot = async () => {
    const path = `/sessions/${login.created.session_id}`;
    return await (await api(path, { headers: login.bearer })).json<Snapshot>();
  };
  const { match } = await snapshot();
  if (match?.by !== "phone") throw new Error("no digits are shown");
  using approved = await login.stub.approve(scanToken, account, { match: match.digits });
  if (!approved.ok) throw new Error(`not approved: ${approved.error}`);
  const { code, status } = await snapshot();
  if (code === undefined) throw new Error(`no code: ${status}`);
  return code;
}
