import type { PhoneSessionInit } from "../../src/accounts/account-rpc.ts";
import { pipelined, type AccountStub } from "../../src/accounts/account-stub.ts";
import { madeUp } from "./api.ts";

/** A code of the client `phone` that `approver` has approved, as its login session presents it to the account. */
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

/** Lets a phone in by a code, as its login session has the account do it when the code is redeemed. */
export async function linkByCode(
  account: AccountStub,
  phone: PhoneSessionInit,
  approver: string,
): Promise<void> {
  const { grant, redemption, presented } = linkCode(approver);
  await pipelined(account.phones()).link(grant, phone, redemption, presented);
}
