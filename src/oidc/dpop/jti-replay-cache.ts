import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { ACCOUNT_SUBJECT_PREFIX } from "../../config/index.ts";
import { sha256 } from "../../lib/digest.ts";
import { RowFormat, schemaOf, storedKeys } from "../../lib/row-format.ts";

/** Milliseconds between deletions of expired rows. */
export const SWEEP = 120_000;

/**
 * How long a row is kept after its JWT has expired, in milliseconds. Another machine's clock may be behind, and a
 * request that was verified in time may come here later.
 */
const MARGIN = 60_000;

/** When the row of a used JWT expires. */
export const USED_UNTIL = new RowFormat("used JWT", schemaOf<number>()(v.number()));

/** The JWTs that were used and may not be used again: one row each, until the JWT expires. */
export class Replays extends DurableObject<Env> {
  /** Marks a JWT as used. False if it was used before. `until`: when it expires. */
  async use(name: string, until: number): Promise<boolean> {
    const { storage } = this.ctx;
    if (USED_UNTIL.has(storage.kv, name)) return false;
    USED_UNTIL.put(storage.kv, name, until);
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + SWEEP);
    return true;
  }

  /** Deletes expired rows. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const now = Date.now();
    // `list` leaves out unreadable rows, so they stay.
    for (const [name, until] of USED_UNTIL.list(storage.kv, "")) {
      if (until + MARGIN <= now) storage.kv.delete(name);
    }
    if (storedKeys(storage.kv).length > 0) await storage.setAlarm(now + SWEEP);
    else await storage.deleteAll();
  }
}

/**
 * The signer of a single-use JWT: a client, a DPoP key by its thumbprint, or this server for a new
 * account's `sub`.
 */
export type Signer = { client: string } | { jkt: string } | { account: string };

/** Marks a JWT as used, by its signer and its `jti`. False if it was used before. */
export async function consumeJti(
  env: Env,
  signer: Signer,
  jti: string,
  until: number,
): Promise<boolean> {
  // Hashed, since a `jti` may be any text (RFC 9449 §11.1).
  const name = await sha256(JSON.stringify([signer, jti]));
  return await env.REPLAYS.get(env.REPLAYS.idFromName(objectFor(signer))).use(name, until);
}

/**
 * One object for each client. There are as many DPoP keys as logins, so 64 objects share them, by
 * the first character of the thumbprint. The same for new accounts.
 */
function objectFor(signer: Signer): string {
  if ("account" in signer) return `account:${signer.account.charAt(ACCOUNT_SUBJECT_PREFIX.length)}`;
  return "client" in signer ? `client:${signer.client}` : `key:${signer.jkt.charAt(0)}`;
}
