import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { RowFormat, schemaOf } from "../lib/row-format.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { countedNetworks, type PrefixLength } from "../login-session/domain/risk/network.ts";

/** Milliseconds of one generation of codes. Wrong tries are counted for as long. */
const GENERATION = 600_000;

/** For how long at least an expired code is recognised, in milliseconds: its answer is then session_expired. */
const KNOWN_AFTER = 60_000;

/**
 * Wrong codes that a network may try in one generation, by the length of its prefix (RFC 8628 §5.1).
 * Wider networks may try more than one household, but far less than all of their households together.
 */
const MAX_WRONG_TRIES: Record<PrefixLength, number> = { 32: 10, 24: 40, 64: 10, 56: 20, 48: 40 };

/**
 * The rows of the tables, as they are read. A table lives for two generations at most, so its rows are never
 * migrated: other columns need another table name.
 */
export const CODE_ROW = new RowFormat(
  "user code",
  schemaOf<{ session_id: string }>()(v.object({ session_id: v.string() })),
);
export const TABLE_ROW = new RowFormat(
  "table of user codes",
  schemaOf<{ name: string }>()(v.object({ name: v.string() })),
);
export const TRIES_ROW = new RowFormat(
  "tries of user codes",
  schemaOf<{ count: number }>()(v.object({ count: v.number() })),
);

/**
 * Maps typed codes to sessions. There is one object for each first letter, so twenty in all. A code belongs
 * to one session only.
 *
 * Each generation has a table, which is dropped as a whole when its codes have expired. So a code costs one
 * row written, and none for its deletion.
 */
export class UserCodes extends DurableObject<Env> {
  /** Generations whose tables exist, so that they aren't created again with every code. */
  readonly #prepared = new Set<number>();

  /** Registers a code for a session until it expires. False if another session has the code. */
  async register(code: string, sessionId: string, expiresAt: number): Promise<boolean> {
    const now = Date.now();
    if (this.#find(code, now) !== undefined) return false;
    const generation = generationOf(expiresAt + KNOWN_AFTER);
    this.#prepare(generation);
    this.ctx.storage.sql.exec(
      `INSERT OR REPLACE INTO codes_${generation} VALUES (?, ?, ?)`,
      code,
      sessionId,
      expiresAt,
    );
    await this.#arm();
    return true;
  }

  /**
   * The session of a code. A wrong code is counted for every network that contains the address; one that has expired
   * is not a wrong one.
   */
  async resolve(
    code: string,
    address: string | undefined,
  ): Promise<Result<string, "user_code_unknown" | "session_expired" | "too_many_tries">> {
    const now = Date.now();
    const generation = generationOf(now);
    this.#prepare(generation);
    const { sql } = this.ctx.storage;
    const tries = countedNetworks(address).map(({ cidr, length }) => {
      const [row] = sql.exec(`SELECT count FROM tries_${generation} WHERE address = ?`, cidr);
      const wrong = row ? TRIES_ROW.parse(row).count : 0;
      return { cidr, wrong, max: MAX_WRONG_TRIES[length] };
    });
    if (tries.some(({ wrong, max }) => wrong >= max)) return err("too_many_tries");
    const sessionId = this.#find(code, now);
    if (sessionId !== undefined) return ok(sessionId);
    if (this.#find(code, 0) !== undefined) return err("session_expired");
    for (const { cidr, wrong } of tries) {
      sql.exec(`INSERT OR REPLACE INTO tries_${generation} VALUES (?, ?)`, cidr, wrong + 1);
    }
    await this.#arm();
    return err("user_code_unknown");
  }

  /** Deletes the generations that are over, and everything with the last one. */
  override async alarm(): Promise<void> {
    const current = generationOf(Date.now());
    const generations = this.#generations();
    const living = generations.filter((generation) => generation >= current);
    if (living.length === 0) {
      this.#prepared.clear();
      return this.ctx.storage.deleteAll();
    }
    for (const generation of generations) {
      if (generation >= current) continue;
      this.#prepared.delete(generation);
      this.ctx.storage.sql.exec(`DROP TABLE codes_${generation}`);
      this.ctx.storage.sql.exec(`DROP TABLE tries_${generation}`);
    }
    await this.ctx.storage.setAlarm((Math.min(...living) + 1) * GENERATION);
  }

  /** The session of a code that expires after `after`. */
  #find(code: string, after: number): string | undefined {
    for (const generation of this.#generations()) {
      const [row] = this.ctx.storage.sql.exec(
        `SELECT session_id FROM codes_${generation} WHERE code = ? AND expires_at > ?`,
        code,
        after,
      );
      if (row) return CODE_ROW.parse(row).session_id;
    }
    return undefined;
  }

  #prepare(generation: number): void {
    if (this.#prepared.has(generation)) return;
    const { sql } = this.ctx.storage;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS codes_${generation}
         (code TEXT PRIMARY KEY, session_id TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID`,
    );
    sql.exec(
      `CREATE TABLE IF NOT EXISTS tries_${generation}
         (address TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID`,
    );
    this.#prepared.add(generation);
  }

  /** The generations that have tables. */
  #generations(): number[] {
    const tables = this.ctx.storage.sql.exec(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'codes_*'",
    );
    return Array.from(tables, (row) => Number(TABLE_ROW.parse(row).name.slice("codes_".length)));
  }

  async #arm(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) return;
    await this.ctx.storage.setAlarm((generationOf(Date.now()) + 1) * GENERATION);
  }
}

function generationOf(instant: number): number {
  return Math.floor(instant / GENERATION);
}

/** The object that stores a code. */
export function userCodesFor(env: Env, code: string): DurableObjectStub<UserCodes> {
  return env.USER_CODES.get(env.USER_CODES.idFromName(code.charAt(0)));
}
