import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { PhoneSessionInit } from "../../src/accounts/account-rpc.ts";
import type { PhoneSession } from "../../src/accounts/phone-sessions/phone-session.ts";
import { accountStub, pipelined, type AccountStub } from "../../src/accounts/account-stub.ts";
import { sha256 } from "../../src/lib/digest.ts";
import { errorCodeOf } from "../../src/login-session/domain/errors.ts";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import { madeUp, VERIFIER } from "./api.ts";
import { TestBrowser } from "./test-browser.ts";
import { NO_HISTORY, TestScreen } from "./test-screen.ts";

/** A phone that another phone of the account has added. */
export async function linkedPhone(sub: string, phone = new TestBrowser()): Promise<TestBrowser> {
  const code = await approvedLink(sub);
  const response = await phone.post("/account/link", { code, code_verifier: VERIFIER });
  if (response.status !== 200) throw new Error(`not added: ${await response.text()}`);
  return phone;
}

/**
 * The authorization code for a new phone (client `phone`), approved with the digits that it shows and a
 * sign-in of this moment.
 */
export async function approvedLink(who: string | AuthenticatedUser): Promise<string> {
  const screen = await TestScreen.begin({ client_id: "phone" });
  const scanToken = await screen.scan();
  const claims = typeof who === "string" ? { sub: who, ...(await phoneOf(who)) } : who;
  const account = { ...claims, authTime: Date.now() };
  const approver = { account, history: NO_HISTORY, device: {} };
  using viewed = await screen.stub.viewRequest(scanToken, { approver });
  if (!viewed.ok) throw new Error("not viewed");
  const { match } = await screen.snapshot();
  if (match?.by !== "phone") throw new Error("no digits are shown");
  using approved = await screen.stub.approve(scanToken, {
    account,
    device: {},
    match: match.digits,
    ...(await signedBy(screen, scanToken, account)),
  });
  if (!approved.ok) throw new Error(`not approved: ${errorCodeOf(approved.error)}`);
  const { code, status } = await screen.snapshot();
  if (code === undefined) throw new Error(`no code: ${status}`);
  return code;
}

/** A signed-in phone of the account, preferably a confirmed one. An account of another issuer has none. */
async function phoneOf(sub: string): Promise<Pick<AuthenticatedUser, "phone">> {
  const account = accountStub(env, sub);
  const sessions = await runInDurableObject(account, (_, { storage }) =>
    Array.from(storage.kv.list<PhoneSession>({ prefix: "session:" }), ([, row]) => row),
  );
  const session = sessions.find(({ probation }) => !probation) ?? sessions[0];
  return session ? { phone: session.secretHash } : {};
}

/** The passkey assertion of a passkey account, as the Worker passes it on after verifying it. */
async function signedBy({ stub }: TestScreen, scanToken: string, account: AuthenticatedUser) {
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

/** A grant of the client `phone` that `approver` has approved, and the redemption of its code. */
export function linkCode(approver: string) {
  const sessionId = madeUp();
  const presented = {
    codeHash: madeUp(),
    clientId: "phone",
    proof: { grant: "authorization_code", verifierHash: madeUp() },
  } as const;
  const redemption = {
    sessionId,
    codeHash: presented.codeHash,
    clientId: presented.clientId,
    begunBy: { grant: "authorization_code", codeChallenge: presented.proof.verifierHash },
    seed: madeUp(),
  } as const;
  const grant = {
    sessionId,
    clientId: "phone",
    scope: "openid",
    account: { sub: "", phone: approver },
    approvedAt: Date.now(),
    screen: {},
  };
  return { grant, redemption, presented };
}

/** Adds a phone by the RPC call that the redemption of its code makes. */
export async function linkByCode(
  account: AccountStub,
  phone: PhoneSessionInit,
  approver: string,
): Promise<void> {
  const { grant, redemption, presented } = linkCode(approver);
  await pipelined(account.phones()).link(grant, phone, redemption, presented);
}
