import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { randomToken } from "../../lib/random.ts";
import { RowFormat, schemaOf, storedKeys } from "../../lib/row-format.ts";
import { ALGORITHM, generateJwk, PrivateJwk, PublicJwk, publicJwk } from "../../lib/jwk.ts";
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from "../../lib/signature-algorithms.ts";
import { keyPlan, type KeyDates, type KeyPlan } from "./key-rotation.ts";

/** A key and its dates: one row each, under the key's id. */
interface StoredKey extends Omit<KeyDates, "isPrivate"> {
  /** Only the public part once the key has stopped signing. */
  jwk: PrivateJwk | PublicJwk;
}

export const STORED_KEY = new RowFormat(
  "signing key",
  schemaOf<StoredKey>()(
    v.object({
      kid: v.string(),
      publishedAt: v.number(),
      signsFrom: v.number(),
      jwk: v.union([PrivateJwk, PublicJwk]),
    }),
  ),
);

/** The key of token/sealed-reference.ts. */
const SEALING_KEY_NAME = "sealing-key:1";

export const SEALING_KEY = new RowFormat("sealing key", schemaOf<string>()(v.string()));

/** Keys for verification, and until when the list is complete. */
interface VerificationKeys {
  keys: PublicJwk[];
  until: number;
}

/**
 * The signing keys: one object for the whole deployment, so that there is one signing key for each
 * algorithm. Its calls name the algorithms that are used; the first key of an algorithm is created
 * then, and from then on they rotate. It follows the rotation plan at its alarm and at each call,
 * since an alarm may be late. It hands private keys to this Worker only; signing in the object would
 * make every login wait for it.
 */
export class SigningKeys extends DurableObject<Env> {
  /** The signing key of an algorithm, and until when it signs. */
  async signingKey(
    algorithm: SigningAlgorithm = ALGORITHM,
  ): Promise<{ key: PrivateJwk; until: number }> {
    const { keys, plans } = await this.#followPlans([algorithm]);
    const plan = plans.get(algorithm);
    const jwk = keys.find((key) => key.kid === plan?.signing)?.jwk;
    if (!plan || !jwk || !("d" in jwk)) throw new Error("no key signs");
    return { key: jwk, until: plan.nextChange };
  }

  /** The published keys, the oldest of each algorithm first. */
  async published(
    algorithms: readonly SigningAlgorithm[] = [ALGORITHM],
  ): Promise<VerificationKeys> {
    return await this.#verificationKeys(algorithms, (plan) => plan.published);
  }

  /** The older keys, which only verify ID tokens that clients send as hints. */
  async unpublished(): Promise<VerificationKeys> {
    return await this.#verificationKeys([], (plan) => plan.unpublished);
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
    await this.#followPlans([]);
  }

  async #verificationKeys(
    algorithms: readonly SigningAlgorithm[],
    kidsOf: (plan: KeyPlan) => readonly string[],
  ): Promise<VerificationKeys> {
    const { keys, plans, nextChange } = await this.#followPlans(algorithms);
    const listed = [...plans.values()]
      .flatMap(kidsOf)
      .flatMap((kid) => keys.filter((key) => key.kid === kid))
      .map(({ jwk }) => publicJwk(jwk));
    return { keys: listed, until: nextChange };
  }

  /**
   * Creates and deletes keys by their plans, and sets the alarm for the next change. There is a plan
   * for each of `algorithms`, and for those that have keys already.
   */
  async #followPlans(algorithms: readonly SigningAlgorithm[]): Promise<{
    keys: StoredKey[];
    plans: ReadonlyMap<SigningAlgorithm, KeyPlan>;
    nextChange: number;
  }> {
    const known = this.#load().map(({ jwk }) => jwk.alg);
    // This server's own cookies and events are always signed.
    const used = new Set<SigningAlgorithm>([ALGORITHM, ...algorithms, ...known]);
    const families = SIGNING_ALGORITHMS.filter((algorithm) => used.has(algorithm));
    for (const algorithm of families) {
      if (planOf(this.#load(), algorithm).create) await this.#createKey(algorithm);
    }

    const { kv } = this.ctx.storage;
    const keys = this.#load();
    const plans = new Map(families.map((algorithm) => [algorithm, planOf(keys, algorithm)]));
    for (const plan of plans.values()) {
      for (const kid of plan.delete) kv.delete(kid);
      for (const key of keys.filter(({ kid }) => plan.deletePrivatePart.includes(kid))) {
        STORED_KEY.put(kv, key.kid, { ...key, jwk: publicJwk(key.jwk) });
      }
    }
    const nextChange = Math.min(...Array.from(plans.values(), (plan) => plan.nextChange));
    if ((await this.ctx.storage.getAlarm()) !== nextChange) {
      await this.ctx.storage.setAlarm(nextChange);
    }
    return { keys, plans, nextChange };
  }

  /**
   * Concurrent calls may each generate a key. The plan is made again afterwards, so that only the
   * first is stored.
   */
  async #createKey(algorithm: SigningAlgorithm): Promise<void> {
    const jwk = await generateJwk(algorithm);
    const { create } = planOf(this.#load(), algorithm);
    if (!create) return;
    const { kid } = jwk;
    STORED_KEY.put(this.ctx.storage.kv, kid, { kid, publishedAt: Date.now(), ...create, jwk });
  }

  /** An unreadable key is ignored: another one signs, or is created. */
  #load(): StoredKey[] {
    const { kv } = this.ctx.storage;
    return storedKeys(kv)
      .filter((name) => name !== SEALING_KEY_NAME)
      .flatMap((name) => STORED_KEY.getOrReport(kv, name) ?? []);
  }
}

/** The plan for the keys of one algorithm now. */
function planOf(keys: readonly StoredKey[], algorithm: SigningAlgorithm): KeyPlan {
  const dates = keys
    .filter(({ jwk }) => jwk.alg === algorithm)
    .map((key): KeyDates => ({ ...key, isPrivate: "d" in key.jwk }));
  return keyPlan(dates, Date.now());
}

/** The only object of this class. */
export function signingKeysOf(env: Env): DurableObjectStub<SigningKeys> {
  return env.SIGNING_KEYS.get(env.SIGNING_KEYS.idFromName("v1"));
}
