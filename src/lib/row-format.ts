import * as v from "valibot";

/** Where the version of a row is stored. */
const VERSION = "rowVersion";

/** Brings a row from one version to the next. It must not throw: what it can't make sense of, the schema refuses. */
export type Migration = (row: StoredMembers) => StoredMembers;

export type StoredMembers = Readonly<Record<string, unknown>>;

export type RowSchema<Row> = v.GenericSchema<unknown, Row>;

/** A row that can't be used: it is damaged, or another version of this Worker wrote it. */
export class UnreadableRow extends Error {
  override name = "UnreadableRow";
}

/**
 * How the rows of one kind are stored by a Durable Object. Whatever is read is parsed: a row may be
 * damaged, or of another version of this Worker.
 *
 * A row has the version in which its members have these names and meanings. It is stored as the member
 * `rowVersion`; a row without one has version 0. Each migration brings a row from its own version, which is
 * its place in the list, to the next one. That is done in memory: nothing is written before the row
 * is next saved.
 *
 * To change a kind of row:
 * - A member that may be missing is added to the schema, and that is all.
 * - For every other change a migration is added to the end of the list. A migration that was deployed is
 *   never changed or removed, since there are rows of its version; and a row as it was stored before goes
 *   into the fixtures of test/storage.
 */
export class RowFormat<Row> {
  /** For the operator. */
  readonly name: string;
  readonly #schema: RowSchema<Row>;
  readonly #migrations: readonly Migration[];

  /** Only rows that are objects can have migrations. */
  constructor(name: string, schema: RowSchema<Row>, migrations: readonly Migration[] = []) {
    this.name = name;
    this.#schema = schema;
    this.#migrations = migrations;
  }

  /** The version of the rows that are stored now. */
  get version(): number {
    return this.#migrations.length;
  }

  /** The row that is stored. Throws `UnreadableRow` where it can't be used. */
  parse(stored: unknown): Row {
    const parsed = v.safeParse(this.#schema, this.#migrated(stored), { abortEarly: true });
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    // Its value isn't named: it may be personal, or a secret.
    const wrong = issue.received === "undefined" ? "missing" : `not ${issue.expected ?? "valid"}`;
    throw this.#unreadable(`${v.getDotPath(issue) ?? "it"} is ${wrong}`);
  }

  /**
   * The row that is stored; undefined, with an error in the log, where it can't be used. For rows that others can do
   * without.
   */
  parseOrReport(stored: unknown): Row | undefined {
    try {
      return this.parse(stored);
    } catch (error) {
      if (!(error instanceof UnreadableRow)) throw error;
      console.error(error.message);
      return undefined;
    }
  }

  /** What is stored for a row. */
  format(row: Row): unknown {
    const { version } = this;
    return version === 0 ? row : Object.assign({}, row, { [VERSION]: version });
  }

  /** Undefined where there is none. */
  get(kv: SyncKvStorage, key: string): Row | undefined {
    const stored = kv.get(key);
    return stored === undefined ? undefined : this.parse(stored);
  }

  /** The same, as `parseOrReport` has it. */
  getOrReport(kv: SyncKvStorage, key: string): Row | undefined {
    const stored = kv.get(key);
    return stored === undefined ? undefined : this.parseOrReport(stored);
  }

  put(kv: SyncKvStorage, key: string, row: Row): void {
    kv.put(key, this.format(row));
  }

  /** Whether there is a row, even one that can't be used. */
  has(kv: SyncKvStorage, key: string): boolean {
    return kv.get(key) !== undefined;
  }

  /** Several rows that are stored together, as a list under one key. One that can't be used is left out, and reported. */
  getItems(kv: SyncKvStorage, key: string): Row[] {
    const stored = kv.get(key) ?? [];
    if (Array.isArray(stored)) return stored.flatMap((item) => this.parseOrReport(item) ?? []);
    console.error(this.#unreadable("it is not a list").message);
    return [];
  }

  /** Without any of them, nothing is stored. */
  putItems(kv: SyncKvStorage, key: string, rows: readonly Row[]): void {
    if (rows.length === 0) kv.delete(key);
    else
      kv.put(
        key,
        rows.map((row) => this.format(row)),
      );
  }

  /** The rows whose keys begin with the prefix, without it. One that can't be used is left out, and reported. */
  list(kv: SyncKvStorage, prefix: string): [key: string, row: Row][] {
    return Array.from(kv.list({ prefix })).flatMap(([key, stored]): [string, Row][] => {
      const row = this.parseOrReport(stored);
      return row === undefined ? [] : [[key.slice(prefix.length), row]];
    });
  }

  #migrated(stored: unknown): unknown {
    if (!isObject(stored)) return stored;
    const { [VERSION]: version = 0 } = stored;
    const latest = this.version;
    if (version === latest) return stored;
    // A later version of this Worker may have written it, before it was rolled back.
    if (typeof version !== "number" || !(version in this.#migrations)) {
      throw this.#unreadable(`its version is not one of 0 to ${latest}`);
    }
    return this.#migrations.slice(version).reduce((row, migrate) => migrate(row), stored);
  }

  #unreadable(why: string): UnreadableRow {
    return new UnreadableRow(`A stored row can't be read (${this.name}): ${why}.`);
  }
}

/** The keys of all rows of an object, whatever kind they are. */
export function storedKeys(kv: SyncKvStorage): string[] {
  return Array.from(kv.list(), ([key]) => key);
}

/**
 * A schema for exactly these rows. One that leaves out a member, even one that may be missing, is a type error: the
 * member would be lost whenever a row is read.
 */
export function schemaOf<Row>() {
  return <Schema extends RowSchema<Row>>(schema: Complete<Row, Schema>): RowSchema<Row> => schema;
}

type Complete<Row, Schema extends RowSchema<Row>> =
  AllRequired<v.InferOutput<Schema>> extends AllRequired<Row> ? Schema : never;

type AllRequired<Value> = Value extends Uint8Array
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly AllRequired<Item>[]
    : Value extends object
      ? { [Name in keyof Value]-?: AllRequired<Value[Name]> }
      : Value;

function isObject(value: unknown): value is StoredMembers {
  return typeof value === "object" && value !== null;
}
