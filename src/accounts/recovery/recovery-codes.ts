import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { RowFormat, schemaOf } from "../../lib/row-format.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { accountStub, pipelined } from "../account-stub.ts";

/** Wrong guesses at one code, after which it is withdrawn. */
export const MAX_WRONG_TRIES = 5;

/** How long after its use the same request is a retry, in milliseconds. */
export const RECOVER_RETRY = 60_000;

interface StoredCode {
  sub: string;
  locator: string;
  /** base64url SHA-256 of the whole code. */
  hash: string;
  wrongTries: number;
}

const KEY = "code";

export const RECOVERY_CODE = new RowFormat(
  "recovery code",
  schemaOf<StoredCode>()(
    v.object({ sub: v.string(), locator: v.string(), hash: v.string(), wrongTries: v.number() }),
  ),
);

/**
 * One recovery code: the Durable Object named by the code's first ten characters. A code is used once, and after a few
 * wrong guesses it is withdrawn. An object without a code answers like one with another code.
 */
export class RecoveryCodes extends DurableObject<Env> {
  /** Stores a new code. False if this object has one already: then the caller generates another. */
  store(code: Omit<StoredCode, "wrongTries">): boolean {
    if (this.#load()) return false;
    this.#save({ ...code, wrongTries: 0 });
    return true;
  }

  /**
   * Returns the account of the right code. The account uses it up, and then deletes it here, so nothing is lost if that
   * fails half-way. A wrong guess is counted.
   */
  async check(hash: string): Promise<Result<string, "recovery_code_invalid">> {
    const stored = this.#load();
    if (!stored || stored.wrongTries >= MAX_WRONG_TRIES) return err("recovery_code_invalid");
    if (timingSafeEqual(stored.hash, hash)) return ok(stored.sub);
    const wrongTries = stored.wrongTries + 1;
    this.#save({ ...stored, wrongTries });
    // By the alarm, since a longer response time would reveal that this object has a code.
    if (wrongTries === MAX_WRONG_TRIES) await this.ctx.storage.setAlarm(Date.now());
    return err("recovery_code_invalid");
  }

  /** Withdraws the code from its account, unless it was used. If that fails, the runtime repeats it for some minutes. */
  override async alarm(): Promise<void> {
    const stored = this.#load();
    if (!stored) return;
    await pipelined(accountStub(this.env, stored.sub).recovery()).withdrawGuessedCode(
      stored.locator,
    );
    await this.delete();
  }

  /** The code was used. It is deleted when the request can't be repeated any more. */
  async deleteAfterRetries(): Promise<void> {
    if (this.#load()) await this.ctx.storage.setAlarm(Date.now() + RECOVER_RETRY);
  }

  /** The code was replaced or used, or its account was deleted. */
  async delete(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #load(): StoredCode | undefined {
    return RECOVERY_CODE.get(this.ctx.storage.kv, KEY);
  }

  #save(code: StoredCode): void {
    RECOVERY_CODE.put(this.ctx.storage.kv, KEY, code);
  }
}

/** The object of a locator. */
export function recoveryCodesFor(env: Env, locator: string): DurableObjectStub<RecoveryCodes> {
  return env.RECOVERY_CODES.get(env.RECOVERY_CODES.idFromName(locator));
}
