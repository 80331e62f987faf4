import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { RowFormat, schemaOf } from "../lib/row-format.ts";
import { ALGORITHM, generateJwk, PrivateP256Jwk } from "../lib/jwk.ts";

const KEY = "key";

export const PUSH_KEY = new RowFormat("push key", schemaOf<PrivateP256Jwk>()(PrivateP256Jwk));

/**
 * The key that identifies this server to push services: one object for the whole deployment. The
 * key never changes, since subscriptions are bound to it. It is separate from the signing keys,
 * which rotate. RFC 8292 §2 requires ES256.
 */
export class PushKeys extends DurableObject<Env> {
  /** Generated at the first call. Of several concurrent calls, the first one's key is stored. */
  async key(): Promise<PrivateP256Jwk> {
    const known = this.#load();
    if (known) return known;
    const made = v.parse(PrivateP256Jwk, await generateJwk(ALGORITHM));
    const first = this.#load();
    if (first) return first;
    PUSH_KEY.put(this.ctx.storage.kv, KEY, made);
    return made;
  }

  #load(): PrivateP256Jwk | undefined {
    return PUSH_KEY.get(this.ctx.storage.kv, KEY);
  }
}

/** The only object of this class. */
export function pushKeysOf(env: Env): DurableObjectStub<PushKeys> {
  return env.PUSH_KEYS.get(env.PUSH_KEYS.idFromName("v1"));
}
