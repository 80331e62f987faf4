import { defined } from "../../lib/defined.ts";
import type {
  LinkedPhone,
  LinkError,
  PhoneSessionInit,
  RedeemedLogin,
} from "../../accounts/account-rpc.ts";
import { accountStub, pipelined } from "../../accounts/account-stub.ts";
import type { RefreshTokenFamily } from "../../accounts/logins/login-record.ts";
import type { RepeatedCode } from "../../accounts/logins/redemption.ts";
import { beginFamily } from "../../accounts/logins/refresh-tokens.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { RedeemError } from "../domain/errors.ts";
import { grantOf, type Grant } from "../domain/grant.ts";
import { codeBindingOf } from "../domain/redeem.ts";
import type { ApprovedSession } from "../domain/session.ts";
import type { DpopProof } from "../../oidc/dpop/dpop-proof.ts";
import { hasScope } from "../../oidc/token/user-claims.ts";
import {
  FIRST_SERIAL,
  firstRefreshToken,
  newRefreshReference,
} from "../../oidc/token/refresh-token.ts";

/** What a session asks its account when its code is redeemed. */

/** A code that is presented to be redeemed. */
export interface CodeRequest {
  presented: RepeatedCode;
  /** The text without its reference: the first refresh token is derived from it. It is never stored. */
  code: string;
  /** The DPoP proof that came with it, verified; that it was used is still to be taken note of. */
  dpop?: DpopProof;
}

/** What the login is to have that a code gives. Instants are milliseconds since the epoch. */
export interface RedeemTerms {
  expiresAt: number;
  /** When the first refresh token expires unless it is used. */
  refreshIdleAt: number;
  /** Whether refresh tokens are bound to the DPoP key of the request (RFC 9449 §5). */
  bindsRefreshTokens: boolean;
}

/** A phone that is to be let in by a code, and what its secret was derived with. */
export type PhoneToLink = PhoneSessionInit & { seed: string };

/** A phone that was let in, and to which account. */
export type LinkedToAccount = LinkedPhone & { sub: string };

/** Has the account of an approved session record the login. */
export async function recordLogin(
  env: Env,
  session: ApprovedSession,
  request: CodeRequest,
  terms: RedeemTerms,
): Promise<Result<RedeemedLogin, RedeemError>> {
  const { presented } = request;
  const grant = grantOf(session);
  const refresh = await firstFamily(env, grant, request, terms);
  const begun = await accountStub(env, grant.account.sub).beginLogin(
    {
      grant,
      expiresAt: terms.expiresAt,
      redemption: redemptionOf(session, presented),
      ...(refresh ? { refresh } : {}),
    },
    presented,
  );
  if (!begun.ok) return begun;
  const given = { grant, ...(refresh ? { refreshReference: refresh.reference } : {}) };
  return ok(begun.value ?? given);
}

/** Has the account of an approved session let a phone in. */
export async function recordPhone(
  env: Env,
  session: ApprovedSession,
  { presented }: CodeRequest,
  { seed, ...phone }: PhoneToLink,
): Promise<Result<LinkedToAccount, RedeemError | LinkError | "wrong_account">> {
  const grant = grantOf(session);
  const { sub, phone: approver } = grant.account;
  // Who is known by another issuer's tokens has no account here that a phone could be signed in to.
  if (approver === undefined) return err("wrong_account");
  const { id: sessionId } = session;
  const redemption = { ...redemptionOf(session, presented), sessionId, seed };
  const phones = pipelined(accountStub(env, sub).phones());
  const linked = await phones.link(grant, phone, redemption, presented);
  return linked.ok ? ok({ ...linked.value, sub }) : linked;
}

function redemptionOf(session: ApprovedSession, { jkt }: RepeatedCode) {
  return { ...codeBindingOf(session), ...defined({ jkt }) };
}

/**
 * The refresh tokens of a login, where the scope has offline_access: OpenID Connect Core §11 wants the
 * person's consent for that, and every login here is one, given on the phone to this very client.
 */
async function firstFamily(
  env: Env,
  { account, sessionId, clientId, scope }: Grant,
  { presented, code }: CodeRequest,
  { refreshIdleAt, bindsRefreshTokens }: RedeemTerms,
): Promise<RefreshTokenFamily | undefined> {
  if (!hasScope(scope, "offline_access")) return undefined;
  const { jkt } = presented;
  const key = jkt !== undefined && bindsRefreshTokens ? { jkt } : {};
  const login = { sub: account.sub, sid: sessionId, clientId, ...key };
  const reference = await newRefreshReference(env, login);
  const { hash } = await firstRefreshToken(env, reference, code);
  return beginFamily({ reference, serial: FIRST_SERIAL, hash, ...key }, refreshIdleAt);
}
