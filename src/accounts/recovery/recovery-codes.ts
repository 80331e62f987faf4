import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { RowFormat, schemaOf } from "../../lib/row-format.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { accountStub } from "../account-stub.ts";

/** Wrong tries on one code, after which it is dead. */
export const MAX_WRONG_TRIES = 5;

/** Whose code it is, and what is needed to tell it from a guess. */
interface KeptCode {
  sub: string;
  locator: string;
  /** base64url SHA-256 of the whole code. */
  hash: string;
  wrongTries: number;
}

const KEY = "code";

export const RECOVERY_CODE = new RowFormat(
  "recovery code",
  schemaOf<KeptCode>()(
    v.object({ sub: v.string(), locator: v.string(), hash: v.string(), wrongTries: v.number() }),
  ),
);

/**
 * One recovery code: the object named by the code's first ten characters. It is the account's only way in
 * that takes no device, so it can be used once and guessed hardly ever; and an object that nobody
 * stored a code in is not to be told from one whose code is another.
 */
export class RecoveryCodes extends DurableObject<Env> {
  /** Keeps a new code. False where this object knows one already: then another must be drawn. */
  store(code: Omit<KeptCode, "wrongTries">): boolean {
    if (this.#load()) return false;
    this.#save({ ...code, wrongTries: 0 });
    return true;
  }

  /**
   * Whose code it is, if it is right. It is the account that uses it up, and then has it forgotten here: nothing
   * is lost where that fails half-way. A wrong one counts, and too many kill the code.
   */
  async check(hash: string): Promise<Result<string, "recovery_code_invalid">> {
    const known = this.#load();
    if (!known || known.wrongTries >= MAX_WRONG_TRIES) return err("recovery_code_invalid");
    if (timingSafeEqual(known.hash, hash)) return ok(known.sub);
    const wrongTries = known.wrongTries + 1;
    this.#save({ ...known, wrongTries });
    // Nobody waits for the account to hear of it: how long an answer takes must not tell that a code was here.
    if (wrongTries === MAX_WRONG_TRIES) await this.ctx.storage.setAlarm(Date.now());
    return err("recovery_code_invalid");
  }

  /** Tells the account that its code is dead. Where that fails the runtime tries again, for some minutes. */
  override async alarm(): Promise<void> {
    const known = this.#load();
    if (!known) return;
    await accountStub(this.env, known.sub).recoveryGuessed(known.locator);
    await this.forget();
  }

  /** Forgets the code: another takes its place, or its account is gone. */
  async forget(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #load(): KeptCode | undefined {
    return RECOVERY_CODE.get(this.ctx.storage.kv, KEY);
  }

  #save(code: KeptCode): void {
    RECOVERY_CODE.put(this.ctx.storage.kv, KEY, code);
  }
}

/** The object that knows a code, or would. */
export function recoveryCodesFor(env: Env, locator: string): DurableObjectStub<RecoveryCodes> {
  return env.RECOVERY_CODES.get(env.RECOVERY_CODES.idFromName(locator));
}
