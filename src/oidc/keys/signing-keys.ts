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

/** Where the key is kept that seals what clients carry for us (sealed-reference.ts). */
const SEALING_KEY_NAME = "sealing-key:1";

export const SEALING_KEY = new RowFormat("sealing key", schemaOf<string>()(v.string()));

/**
 * Our signing keys: one object for the whole world, so that there is one answer to which key signs.
 * It carries the plan out, by one alarm and whenever it is asked, since an alarm may come late.
 * Private keys leave it for our own Worker alone: signing each token here would make every login in
 * the world wait for one object.
 */
export class SigningKeys extends DurableObject<Env> {
  /** The key that signs, and until when that is so. */
  async signingKey(): Promise<{ key: PrivateJwk; until: number }> {
    const { keys, plan } = await this.#settle();
    const signing = keys.find((key) => key.kid === plan.signing);
    if (!signing) throw new Error("no key signs");
    return { key: signing.jwk, until: plan.nextChange };
  }

  /** The keys that signatures may be checked with, the oldest first, and until when these are all. */
  async published(): Promise<{ keys: PublicJwk[]; until: number }> {
    const { keys, plan } = await this.#settle();
    const published = plan.published
      .flatMap((kid) => keys.filter((key) => key.kid === kid))
      .map(({ jwk }) => publicJwk(jwk));
    return { keys: published, until: plan.nextChange };
  }

  /**
   * The key that seals references, base64url of 32 bytes. It doesn't rotate: what it has sealed lives as long as a login.
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
    await this.#settle();
  }

  /** Does what the plan says is due, and arms the alarm for what it says comes next. */
  async #settle(): Promise<{ keys: StoredKey[]; plan: KeyPlan }> {
    if (keyPlan(this.#load(), Date.now()).create) await this.#make();
    const keys = this.#load();
    const plan = keyPlan(keys, Date.now());
    for (const kid of plan.delete) this.ctx.storage.kv.delete(kid);
    if ((await this.ctx.storage.getAlarm()) !== plan.nextChange) {
      await this.ctx.storage.setAlarm(plan.nextChange);
    }
    return { keys, plan };
  }

  /**
   * Making a key takes a moment, in which others may come and make one too. So it is planned when it
   * is there, and saved in the same breath: the first one is wanted, the others no longer.
   */
  async #make(): Promise<void> {
    const jwk = await generateJwk();
    const publishedAt = Date.now();
    const { create } = keyPlan(this.#load(), publishedAt);
    if (!create) return;
    const { kid } = jwk;
    STORED_KEY.put(this.ctx.storage.kv, kid, { kid, publishedAt, ...create, jwk });
  }

  /** A key that can't be read counts as none: another one signs, and is made where there is no other. */
  #load(): StoredKey[] {
    const { kv } = this.ctx.storage;
    return storedKeys(kv)
      .filter((name) => name !== SEALING_KEY_NAME)
      .flatMap((name) => STORED_KEY.getOrReport(kv, name) ?? []);
  }
}

/** The one object that has our keys. */
export function signingKeysOf(env: Env): DurableObjectStub<SigningKeys> {
  return env.SIGNING_KEYS.get(env.SIGNING_KEYS.idFromName("v1"));
}
