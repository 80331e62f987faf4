import { RpcTarget } from "cloudflare:workers";
import { configOf } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { AccountContext } from "../account-context.ts";
import type { PhoneSessionInit, SignedIn } from "../account-rpc.ts";
import type { ActionRefused } from "../phone-sessions/phone-permissions.ts";
import { openPhoneSession } from "../phone-sessions/open-phone-session.ts";
import { entryByRecoveryCode } from "../phone-sessions/phone-session.ts";
import { RECOVER_RETRY, recoveryCodesFor } from "./recovery-codes.ts";

/** A newly generated recovery code. */
export interface NewRecoveryCode {
  sub: string;
  locator: string;
  /** base64url SHA-256 of the whole code. */
  hash: string;
}

/** The recovery code of an account, over RPC. An account has at most one that is valid, and it decides which. */
export class Recovery extends RpcTarget {
  readonly #account: AccountContext;

  constructor(account: AccountContext) {
    super();
    this.#account = account;
  }

  /**
   * Signs a phone in whose owner has entered the code of this locator, if it is the valid one. It is used up. The same
   * request is answered again for a short time, in case the response was lost: without the code, the account may be lost.
   */
  async signIn(
    locator: string,
    phone: PhoneSessionInit,
  ): Promise<Result<SignedIn, "recovery_code_invalid">> {
    const profile = this.#account.store.profile();
    const now = Date.now();
    if (profile && this.#isRepeated(locator, phone, now)) return ok({ name: profile.name });
    if (!profile || !this.#consume(locator)) return err("recovery_code_invalid");
    const until = now + configOf(this.#account.env).unconfirmedTtl;
    const entry = entryByRecoveryCode(locator, until);
    const event = { type: "recovery_code_used" } as const;
    return ok(await openPhoneSession(this.#account, profile, phone, entry, event));
  }

  /**
   * Makes a new code the valid one. `code_taken`: the object of its locator has a code already, so the caller generates
   * another. `by`: the hash of the secret of the phone that acts. It is authorized again when the code's object has
   * stored the code: meanwhile the phone may have been signed out, or the account deleted.
   */
  async replaceCode(
    code: NewRecoveryCode,
    by: string,
  ): Promise<Result<null, ActionRefused | "code_taken">> {
    const { env, store, audit } = this.#account;
    const allowed = this.#authorize(by);
    if (!allowed.ok) return allowed;
    if (!(await recoveryCodesFor(env, code.locator).store(code))) return err("code_taken");
    const stillAllowed = this.#authorize(by);
    if (!stillAllowed.ok) {
      await recoveryCodesFor(env, code.locator).delete();
      return stillAllowed;
    }
    const previous = store.recovery();
    store.saveRecovery({ locator: code.locator, madeAt: Date.now() });
    if (previous) await recoveryCodesFor(env, previous.locator).delete();
    await audit.record({ type: "recovery_code_made" });
    return ok(null);
  }

  /** Withdraws the code after too many wrong guesses. */
  async withdrawGuessedCode(locator: string): Promise<void> {
    if (!this.#consume(locator)) return;
    await this.#account.audit.record({ type: "attack", what: "recovery_code_guessed" });
  }

  /**
   * Whether this code has just signed in a phone with the same secret, which is derived from a key that only that phone
   * has. If a passkey was made on the phone, it has received the response.
   */
  #isRepeated(locator: string, { secretHash }: PhoneSessionInit, now: number): boolean {
    const session = this.#account.store.session(secretHash);
    return (
      session?.by === "recovery_code" &&
      session.probation?.root === locator &&
      session.credential === undefined &&
      now - session.createdAt < RECOVER_RETRY
    );
  }

  #authorize(by: string) {
    return this.#account.phones.authorize({ type: "make_recovery_code" }, by, Date.now());
  }

  /** Whether the code of this locator is the valid one. It isn't from now on. */
  #consume(locator: string): boolean {
    const { store } = this.#account;
    if (store.recovery()?.locator !== locator) return false;
    store.deleteRecovery();
    return true;
  }
}
