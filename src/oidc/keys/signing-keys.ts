import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { randomToken } from "../../lib/random.ts";
import { RowFormat, schemaOf, storedKeys } from "../../lib/row-format.ts";
import { generateJwk, PrivateJwk, publicJwk, type PublicJwk } from "../../lib/jwk.ts";
import { keyPlan, type KeyDates, type KeyPlan } from "./key-rotation.ts";

/** A key and its dates: one row each, under the key's id. */
interface StoredKey extends KeyDates {
  jwk: PrivateJwk;
}

export const STORED_KEY = new RowFormat(
  "signing key",
  schemaOf<StoredKey>()(
    v.object({ kid: v.string(), publishedAt: v.number(), signsFrom: v.number(), jwk: PrivateJwk }),
  ),
);

/** The key of token/sealed-reference.ts. */
const SEALING_KEY_NAME = "sealing-key:1";

export const SEALING_KEY = new RowFormat("sealing key", schemaOf<string>()(v.string()));

/**
 * The signing keys: one object for the whole deployment, so that there is one signing key. It
 * follows the rotation plan at its alarm and at each call, since an alarm may be late. It hands
 * private keys to this Worker only; signing in the object would make every login wait for it.
 */
export class SigningKeys extends DurableObject<Env> {
  /** The signing key, and until when it signs. */
  async signingKey(): Promise<{ key: PrivateJwk; until: number }> {
    const { keys, plan } = await this.#followPlan();
    const signing = keys.find((key) => key.kid === plan.signing);
    if (!signing) throw new Error("no key signs");
    return { key: signing.jwk, until: plan.nextChange };
  }

  /** The published keys, the oldest first, and until when the list is complete. */
  async published(): Promise<{ keys: PublicJwk[]; until: number }> {
    const { keys, plan } = await this.#followPlan();
    const published = plan.published
      .flatMap((kid) => keys.filter((key) => key.kid === kid))
      .map(({ jwk }) => publicJwk(jwk));
    return { keys: published, until: plan.nextChange };
  }

  /**
   * The key that encrypts references, base64url of 32 bytes. It does not rotate: references are
   * valid as long as a login.
   */
  sealingKey(): string {
    const { kv } = this.ctx.storage;
    const known = SEALING_KEY.get(kv, SEALING_KEY_NAME);
    if (known !== undefined) return known;
    const key = randomToken();
    SEALING_KEY.put(kv, SEALING_KEY_NAME, key);
    return key;
  }

  override async alarm(): Promise<void> {
    await this.#followPlan();
  }

  /** Creates and deletes keys by the plan, and sets the alarm for its next change. */
  async #followPlan(): Promise<{ keys: StoredKey[]; plan: KeyPlan }> {
    if (keyPlan(this.#load(), Date.now()).create) await this.#createKey();
    const keys = this.#load();
    const plan = keyPlan(keys, Date.now());
    for (const kid of plan.delete) this.ctx.storage.kv.delete(kid);
    if ((await this.ctx.storage.getAlarm()) !== plan.nextChange) {
      await this.ctx.storage.setAlarm(plan.nextChange);
    }
    return { keys, plan };
  }

  /**
   * Concurrent calls may each generate a key. The plan is made again afterwards, so that only the
   * first is stored.
   */
  async #createKey(): Promise<void> {
    const jwk = await generateJwk();
    const publishedAt = Date.now();
    const { create } = keyPlan(this.#load(), publishedAt);
    if (!create) return;
    const { kid } = jwk;
    STORED_KEY.put(this.ctx.storage.kv, kid, { kid, publishedAt, ...create, jwk });
  }

  /** An unreadable key is ignored: another one signs, or is created. */
  #load(): StoredKey[] {
    const { kv } = this.ctx.storage;
    return storedKeys(kv)
      .filter((name) => name !== SEALING_KEY_NAME)
      .flatMap((name) => STORED_KEY.getOrReport(kv, name) ?? []);
  }
}

/** The only object of this class. */
export function signingKeysOf(env: Env): DurableObjectStub<SigningKeys> {
  return env.SIGNING_KEYS.get(env.SIGNING_KEYS.idFromName("v1"));
}
