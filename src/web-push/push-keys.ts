import { DurableObject } from "cloudflare:workers";
import { RowFormat, schemaOf } from "../lib/row-format.ts";
import { generateJwk, PrivateJwk } from "../lib/jwk.ts";

const KEY = "key";

export const PUSH_KEY = new RowFormat("push key", schemaOf<PrivateJwk>()(PrivateJwk));

/**
 * The key that push services know us by: one object for the whole world, and one key for good, since
 * every browser's subscription is bound to it. It is not one of those that sign tokens: those change
 * each month.
 */
export class PushKeys extends DurableObject<Env> {
  /** Made when it is asked for first. Making one takes a moment, in which others may come: the first one counts. */
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

/** The one object that has the key. */
export function pushKeysOf(env: Env): DurableObjectStub<PushKeys> {
  return env.PUSH_KEYS.get(env.PUSH_KEYS.idFromName("v1"));
}
