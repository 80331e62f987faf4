import type { NewPhone } from "../../src/accounts/account-calls.ts";
import type { Account } from "../../src/accounts/account.ts";
import { madeUp } from "./api.ts";

/** Lets a phone in by a code, as its login session has the account do it when the code is redeemed. */
export async function linkByCode(
  account: DurableObjectStub<Account>,
  phone: NewPhone,
  approver: string,
): Promise<void> {
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
  await account.link(grant, phone, redemption, presented);
}
