import { RpcTarget } from "cloudflare:workers";
import { configOf } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { RedeemError } from "../../login-session/domain/errors.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { AccountContext } from "../account-context.ts";
import type { LinkedPhone, LinkError, PhoneSessionInit } from "../account-rpc.ts";
import { approverSignedOut } from "../audit-log/sign-out-events.ts";
import type { CodeReuse } from "../logins/code-reuse.ts";
import { checkRepeat, type RepeatedCode } from "../logins/redemption.ts";
import { authorize, type ActionRefused } from "./phone-permissions.ts";
import { openPhoneSession } from "./open-phone-session.ts";
import { entryByLink, type PhoneLink } from "./phone-session.ts";
import type { PhoneSummary } from "./phone-summary.ts";
import { rootOf, rootsToRevoke, type HasTrustDelay } from "./trust-delay.ts";

/** The signed-in phones of an account, over RPC. `by` is the hash of the secret of the phone that acts. */
export class Phones extends RpcTarget {
  readonly #account: AccountContext;
  readonly #codeReuse: CodeReuse;

  constructor(account: AccountContext, codeReuse: CodeReuse) {
    super();
    this.#account = account;
    this.#codeReuse = codeReuse;
  }

  list(by: string): PhoneSummary[] {
    return this.#account.phones.list(by, Date.now());
  }

  /** Signs a phone out: another one, or the one that acts. */
  async end(id: string, by: string): Promise<Result<null, ActionRefused | "phone_unknown">> {
    const now = Date.now();
    const phone = this.#account.phones.find(id, now);
    const allowed = this.#authorizeSignOut(phone ? [phone] : [], by, now);
    if (!allowed.ok) return allowed;
    if (!phone) return err("phone_unknown");
    const isSelf = phone.secretHash === by;
    const roots = rootsToRevoke(isSelf ? [] : [phone], allowed.value, now);
    const removal = { phones: [phone], roots };
    await this.#account.revocation.remove(removal, now, rootOf(allowed.value, now));
    return ok(null);
  }

  /**
   * Signs all phones out but the one that acts, and revokes every root but its own: also that of an unconfirmed phone
   * that has signed itself out and left a passkey.
   */
  async endOthers(by: string): Promise<Result<null, ActionRefused>> {
    const { phones, revocation } = this.#account;
    const now = Date.now();
    const others = phones.signedIn(now).filter(({ secretHash }) => secretHash !== by);
    const targets = [...others, ...revocation.unconfirmed(now)];
    const allowed = this.#authorizeSignOut(targets, by, now);
    if (!allowed.ok) return allowed;
    const roots = rootsToRevoke(targets, allowed.value, now);
    await revocation.remove({ phones: others, roots }, now, rootOf(allowed.value, now));
    return ok(null);
  }

  /** The phone signs itself out. */
  signOut(secretHash: string): void {
    this.#account.phones.delete(secretHash);
  }

  /**
   * Signs a phone in by the code of a login session, which has verified the code. The account alone decides whether
   * the code was redeemed, and a repeated request is answered again (as in `Account.beginLogin`). The phone that
   * approved must be signed in and confirmed: phones that an unconfirmed one signs in would be hard to find for the owner.
   */
  async link(
    grant: Grant,
    phone: PhoneSessionInit,
    redemption: Omit<PhoneLink, "redeemedAt">,
    presented: RepeatedCode,
  ): Promise<Result<LinkedPhone, LinkError | RedeemError>> {
    const { store, phones, audit, env } = this.#account;
    const { sessionId, seed } = redemption;
    const profile = store.profile();
    if (!profile) return err("login_ended");
    if (phones.linkedBy(sessionId)) return await this.linkAgain(sessionId, presented);
    if (store.login(sessionId)) return err("login_ended");
    const now = Date.now();
    const approver = grant.account.phone ?? "";
    const allowed = authorize({ type: "link_phone" }, phones.approver(approver, now), profile, now);
    if (!allowed.ok) {
      if (allowed.error !== "not_signed_in") return err(allowed.error);
      await audit.record(approverSignedOut(grant), phones.rootOf(approver, now));
      return err("approver_signed_out");
    }
    const until = now + configOf(env).unconfirmedTtl;
    const entry = entryByLink({ ...redemption, redeemedAt: now }, until);
    const event = { type: "phone_linked", sid: sessionId } as const;
    const signedIn = await openPhoneSession(this.#account, profile, phone, entry, event);
    return ok({ ...signedIn, seed });
  }

  /** Answers a repeated code that signed a phone in, if the request is a retry. Reuse ends the phone's session. */
  async linkAgain(
    sessionId: string,
    presented: RepeatedCode,
  ): Promise<Result<LinkedPhone, RedeemError>> {
    return await this.#codeReuse.endIfReused(
      sessionId,
      presented,
      this.#checkRepeat(sessionId, presented),
    );
  }

  /** If a passkey was made on the phone, it has received the response: then somebody else sends the code. */
  #checkRepeat(sessionId: string, presented: RepeatedCode): Result<LinkedPhone, RedeemError> {
    const phone = this.#account.phones.linkedBy(sessionId);
    const profile = this.#account.store.profile();
    if (!phone?.link || !profile) return err("code_unknown");
    const repeat = checkRepeat(phone.link, presented, Date.now());
    if (!repeat.ok) return repeat;
    if (phone.credential !== undefined) return err("code_used");
    return ok({ name: profile.name, seed: phone.link.seed });
  }

  #authorizeSignOut(targets: readonly HasTrustDelay[], by: string, now: number) {
    return this.#account.phones.authorize({ type: "sign_out_phones", targets }, by, now);
  }
}
