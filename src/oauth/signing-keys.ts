import { DurableObject } from "cloudflare:workers";
import { randomToken } from "../crypto/random.ts";
import { generateJwk, publicJwk, type PrivateJwk, type PublicJwk } from "./jwk.ts";
import { keyPlan, type KeyDates, type KeyPlan } from "./key-plan.ts";

/** A key and its dates: one row each, under the key's id. */
interface StoredKey extends KeyDates {
  jwk: PrivateJwk;
}

/** Where the key is kept that seals what clients carry for us (sealed-reference.ts). */
const SEALING_KEY = "sealing-key:1";

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
    const published = plan.published.flatMap((kid) => keys.filter((key) => key.kid === kid));
    return { keys: published.map((key) => publicJwk(key.jwk)), until: plan.nextChange };
  }

  /**
   * The key that seals references, base64url of 32 bytes. It doesn't rotate: what it has sealed lives as long as a login.
   */
  sealingKey(): string {
    const { kv } = this.ctx.storage;
    const known = kv.get<string>(SEALING_KEY);
    if (known !== undefined) return known;
    const key = randomToken();
    kv.put(SEALING_KEY, key);
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
    this.ctx.storage.kv.put<StoredKey>(kid, { kid, publishedAt, ...create, jwk });
  }

  #load(): StoredKey[] {
    return Array.from(this.ctx.storage.kv.list<StoredKey>())
      .filter(([name]) => name !== SEALING_KEY)
      .map(([, key]) => key);
  }
}

/** The one object that has our keys. */
export function signingKeysOf(env: Env): DurableObjectStub<SigningKeys> {
  return env.SIGNING_KEYS.get(env.SIGNING_KEYS.idFromName("v1"));
}
