import type { AccountClaims } from "../../src/login/session.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { api, approve, begin, scan } from "./api.ts";

/** A new phone shows a code, and a phone that is signed in approves. Returns what the new one redeems. */
export async function approvedLink(who: string | AccountClaims): Promise<string> {
  const login = await begin({ client_id: "phone" });
  await approve(login, await scan(login), who);
  const answer = await api(`/sessions/${login.created.session_id}`, { headers: login.bearer });
  const { code, status } = await answer.json<Snapshot>();
  if (code === undefined) throw new Error(`no code: ${status}`);
  return code;
}
