import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { ACCOUNT_SUBJECT_PREFIX } from "../../config/index.ts";
import { sha256 } from "../../lib/digest.ts";
import { RowFormat, schemaOf, storedKeys } from "../../lib/row-format.ts";

/** Milliseconds between two sweeps: what has expired may lie that long. */
export const SWEEP = 120_000;

/** Until when a JWT counts as used. */
export const USED_UNTIL = new RowFormat("used JWT", schemaOf<number>()(v.number()));

/**
 * Which of the JWTs that count once have come already: a row for each, until it would be refused for its
 * age anyway.
 */
export class Replays extends DurableObject<Env> {
  /** Whether a JWT comes for the first time; `until` is when it has expired. */
  async use(name: string, until: number): Promise<boolean> {
    const { storage } = this.ctx;
    if (USED_UNTIL.has(storage.kv, name)) return false;
    USED_UNTIL.put(storage.kv, name, until);
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + SWEEP);
    return true;
  }

  /** The one alarm: forgets what has expired, and leaves nothing when that is all. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const now = Date.now();
    // What can't be read stays used.
    for (const [name, until] of USED_UNTIL.list(storage.kv, "")) {
      if (until <= now) storage.kv.delete(name);
    }
    if (storedKeys(storage.kv).length > 0) await storage.setAlarm(now + SWEEP);
    else await storage.deleteAll();
  }
}

/**
 * Whose JWTs count once: those of a client's own keys, or of one DPoP key, by its thumbprint; or ours by which the account
 * of this `sub` is created.
 */
export type Signer = { client: string } | { jkt: string } | { account: string };

/** Takes note that a JWT was used, by its signer and its `jti`; false where it was used before. */
export async function consumeJti(
  env: Env,
  signer: Signer,
  jti: string,
  until: number,
): Promise<boolean> {
  // A hash, since a `jti` may be any text (RFC 9449 §11.1).
  const name = await sha256(JSON.stringify([signer, jti]));
  return await env.REPLAYS.get(env.REPLAYS.idFromName(objectFor(signer))).use(name, until);
}

/**
 * A client has an object for itself. DPoP keys are as many as logins, and an object for each would cost
 * more than the login; so 64 objects share them, by the first character of their thumbprints. New accounts do likewise.
 */
function objectFor(signer: Signer): string {
  if ("account" in signer) return `account:${signer.account.charAt(ACCOUNT_SUBJECT_PREFIX.length)}`;
  return "client" in signer ? `client:${signer.client}` : `key:${signer.jkt.charAt(0)}`;
}
