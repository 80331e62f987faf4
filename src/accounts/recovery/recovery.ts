import { ok, type Result, err } from "../../lib/result.ts";
import type { AccountStore } from "../account-store.ts";
import { recoveryCodesFor } from "./recovery-codes.ts";

/** A recovery code that was just drawn. */
export interface NewRecoveryCode {
  sub: string;
  locator: string;
  /** base64url SHA-256 of the whole code. */
  hash: string;
}

/** Which recovery code of an account counts: one at most, and the account has the last word on it. */
export class RecoveryCodeRegistry {
  readonly #store: AccountStore;
  readonly #env: Env;

  constructor(store: AccountStore, env: Env) {
    this.#store = store;
    this.#env = env;
  }

  get madeAt(): number | undefined {
    return this.#store.recovery()?.madeAt;
  }

  /**
   * Lets a new code count instead of the one before it. Refused where its place is taken: draw another. `mayMake` is
   * asked when the code's own object has it: meanwhile the phone may have been signed out, or the account deleted.
   */
  async replace<Refused>(
    code: NewRecoveryCode,
    mayMake: () => Result<unknown, Refused>,
  ): Promise<Result<number, "code_taken" | Refused>> {
    if (!(await recoveryCodesFor(this.#env, code.locator).store(code))) return err("code_taken");
    const allowed = mayMake();
    if (!allowed.ok) {
      await recoveryCodesFor(this.#env, code.locator).forget();
      return allowed;
    }
    const before = this.#store.recovery();
    const madeAt = Date.now();
    this.#store.saveRecovery({ locator: code.locator, madeAt });
    if (before) await recoveryCodesFor(this.#env, before.locator).forget();
    return ok(madeAt);
  }

  /** Whether the code of this locator is the one that counts; it doesn't from now on. */
  consume(locator: string): boolean {
    if (this.#store.recovery()?.locator !== locator) return false;
    this.#store.deleteRecovery();
    return true;
  }
}
