import { DurableObject } from "cloudflare:workers";
import { RowFormat, schemaOf } from "../lib/row-format.ts";
import { generateJwk, PrivateJwk } from "../lib/jwk.ts";

const KEY = "key";

export const PUSH_KEY = new RowFormat("push key", schemaOf<PrivateJwk>()(PrivateJwk));

/**
 * The key that identifies this server to push services: one object for the whole deployment. The
 * key never changes, since subscriptions are bound to it. It is separate from the signing keys,
 * which rotate.
 */
export class PushKeys extends DurableObject<Env> {
  /** Generated at the first call. Of several concurrent calls, the first one's key is stored. */
  async key(): Promise<PrivateJwk> {
    const known = this.#load();
    if (known) return known;
    const made = await generateJwk();
    const first = this.#load();
    if (first) return first;
    PUSH_KEY.put(this.ctx.storage.kv, KEY, made);
    return made;
  }

  #load(): PrivateJwk | undefined {
    return PUSH_KEY.get(this.ctx.storage.kv, KEY);
  }
}

/** The only object of this class. */
export function pushKeysOf(env: Env): DurableObjectStub<PushKeys> {
  return env.PUSH_KEYS.get(env.PUSH_KEYS.idFromName("v1"));
}
