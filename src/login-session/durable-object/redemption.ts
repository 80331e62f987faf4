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

/** A code that a client presents at the token endpoint, or a new phone when it is linked. */
export interface CodeRequest {
  presented: RepeatedCode;
  /** The code without its reference. The first refresh token is derived from it. It is never stored. */
  code: string;
  /** The account that the reference of the code names. */
  sub?: string;
  /** The verified DPoP proof of the request. It is still to be stored as used. */
  dpop?: DpopProof;
}

/** The lifetimes of the login that a code gives. Instants are milliseconds since the epoch. */
export interface RedeemTerms {
  expiresAt: number;
  /** When the first refresh token expires unless it is used. */
  refreshIdleAt: number;
  /** Whether refresh tokens are bound to the DPoP key of the request (RFC 9449 §5). */
  bindsRefreshTokens: boolean;
}

/** A phone that is to be linked, and the seed of its secret. */
export type PhoneToLink = PhoneSessionInit & { seed: string };

/** A phone that was linked, and its account. */
export type LinkedToAccount = LinkedPhone & { sub: string };

/**
 * The account's part of a redemption. The results of its RPC calls are disposed and not passed on: a passed on result
 * would keep this object in memory until its caller disposes it.
 */
export interface RedemptionRecord<Value, Reason> {
  /** Records what the code of this session gives. */
  record(session: ApprovedSession): Promise<Result<Value, Reason>>;
  /** The code was redeemed before. A retry gets the same result again; anything else is reuse. */
  repeat(sub: string): Promise<Result<Value, Reason>>;
}

/** The code gives a login. */
export function loginRecord(
  env: Env,
  sessionId: string,
  request: CodeRequest,
  terms: RedeemTerms,
): RedemptionRecord<RedeemedLogin, RedeemError> {
  const { presented, dpop } = request;
  return {
    async record(session) {
      const grant = grantOf(session);
      const refresh = await firstFamily(env, grant, request, terms);
      const { expiresAt } = terms;
      const redemption = redemptionOf(session, presented);
      const login = { grant, expiresAt, redemption, ...defined({ refresh }) };
      using begun = await accountStub(env, grant.account.sub).beginLogin(login, presented);
      if (!begun.ok) return err(begun.error);
      const recorded = { grant, ...defined({ refreshReference: refresh?.reference }) };
      return ok(begun.value ?? recorded);
    },
    async repeat(sub) {
      using again = await accountStub(env, sub).redeemAgain(sessionId, presented, dpop);
      return again.ok ? ok(again.value) : err(again.error);
    },
  };
}

/** The code links a new phone to the account. */
export function phoneRecord(
  env: Env,
  sessionId: string,
  { presented }: CodeRequest,
  { seed, ...phone }: PhoneToLink,
): RedemptionRecord<LinkedToAccount, RedeemError | LinkError | "wrong_account"> {
  return {
    async record(session) {
      const grant = grantOf(session);
      const { sub, phone: approver } = grant.account;
      // An account of another issuer has no phones here.
      if (approver === undefined) return err("wrong_account");
      const redemption = { ...redemptionOf(session, presented), sessionId, seed };
      const phones = pipelined(accountStub(env, sub).phones());
      using linked = await phones.link(grant, phone, redemption, presented);
      return linked.ok ? ok({ ...linked.value, sub }) : err(linked.error);
    },
    async repeat(sub) {
      const phones = pipelined(accountStub(env, sub).phones());
      using linked = await phones.linkAgain(sessionId, presented);
      return linked.ok ? ok({ ...linked.value, sub }) : err(linked.error);
    },
  };
}

function redemptionOf(session: ApprovedSession, { jkt }: RepeatedCode) {
  return { ...codeBindingOf(session), ...defined({ jkt }) };
}

/**
 * The refresh tokens of a login, if the scope has offline_access. OpenID Connect Core §11 requires the
 * person's consent for that: every approval on the phone is one, for this client.
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
