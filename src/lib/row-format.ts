import * as v from "valibot";

/** The member of a stored row that holds its version. */
const VERSION = "rowVersion";

/** Converts a row to the next version. It must not throw; the schema rejects malformed rows afterwards. */
export type Migration = (row: StoredMembers) => StoredMembers;

export type StoredMembers = Readonly<Record<string, unknown>>;

export type RowSchema<Row> = v.GenericSchema<unknown, Row>;

/** A stored row that is damaged, or was written by an incompatible version of this Worker. */
export class UnreadableRow extends Error {
  override name = "UnreadableRow";
}

/**
 * The storage format of one kind of row of a Durable Object. Every row is parsed when it is read.
 *
 * The member `rowVersion` holds the version of a row; without it the version is 0. Migration n
 * converts a row from version n to version n + 1, in memory: the row is written when it is next
 * saved.
 *
 * To change a kind of row:
 * - To add an optional member, add it to the schema.
 * - For every other change, append a migration, and add a row of the old version to the fixtures of
 *   test/storage. Never change or remove a deployed migration: rows of its version exist.
 */
export class RowFormat<Row> {
  /** Names the kind of row in the log. */
  readonly name: string;
  readonly #schema: RowSchema<Row>;
  readonly #migrations: readonly Migration[];

  /** Only rows that are objects can have migrations. */
  constructor(name: string, schema: RowSchema<Row>, migrations: readonly Migration[] = []) {
    this.name = name;
    this.#schema = schema;
    this.#migrations = migrations;
  }

  /** The current version. */
  get version(): number {
    return this.#migrations.length;
  }

  /** Parses a stored row. Throws `UnreadableRow`. */
  parse(stored: unknown): Row {
    const parsed = v.safeParse(this.#schema, this.#migrated(stored), { abortEarly: true });
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    // The value may be personal or secret, so it is not part of the message.
    const wrong = issue.received === "undefined" ? "missing" : `not ${issue.expected ?? "valid"}`;
    throw this.#unreadable(`${v.getDotPath(issue) ?? "it"} is ${wrong}`);
  }

  /** Parses a stored row. Undefined, with an error in the log, if it is unreadable. */
  parseOrReport(stored: unknown): Row | undefined {
    try {
      return this.parse(stored);
    } catch (error) {
      if (!(error instanceof UnreadableRow)) throw error;
      console.error(error.message);
      return undefined;
    }
  }

  /** The stored form of a row. */
  format(row: Row): unknown {
    const { version } = this;
    return version === 0 ? row : Object.assign({}, row, { [VERSION]: version });
  }

  /** Reads a row; undefined if there is none. Throws `UnreadableRow`. */
  get(kv: SyncKvStorage, key: string): Row | undefined {
    const stored = kv.get(key);
    return stored === undefined ? undefined : this.parse(stored);
  }

  /** Reads a row; undefined if there is none, or, with an error in the log, if it is unreadable. */
  getOrReport(kv: SyncKvStorage, key: string): Row | undefined {
    const stored = kv.get(key);
    return stored === undefined ? undefined : this.parseOrReport(stored);
  }

  put(kv: SyncKvStorage, key: string, row: Row): void {
    kv.put(key, this.format(row));
  }

  /** Whether there is a row, readable or not. */
  has(kv: SyncKvStorage, key: string): boolean {
    return kv.get(key) !== undefined;
  }

  /** Reads rows that are stored as a list under one key. Unreadable ones are logged and left out. */
  getItems(kv: SyncKvStorage, key: string): Row[] {
    const stored = kv.get(key) ?? [];
    if (Array.isArray(stored)) return stored.flatMap((item) => this.parseOrReport(item) ?? []);
    console.error(this.#unreadable("it is not a list").message);
    return [];
  }

  /** Stores rows as a list under one key. An empty list deletes the key. */
  putItems(kv: SyncKvStorage, key: string, rows: readonly Row[]): void {
    if (rows.length === 0) kv.delete(key);
    else
      kv.put(
        key,
        rows.map((row) => this.format(row)),
      );
  }

  /** Reads all rows with a key prefix, by the rest of the key. Unreadable ones are logged and left out. */
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
    // A later version of this Worker may have written it before a rollback.
    if (typeof version !== "number" || !(version in this.#migrations)) {
      throw this.#unreadable(`its version is not one of 0 to ${latest}`);
    }
    return this.#migrations.slice(version).reduce((row, migrate) => migrate(row), stored);
  }

  #unreadable(reason: string): UnreadableRow {
    return new UnreadableRow(`A stored row can't be read (${this.name}): ${reason}.`);
  }
}

/** The keys of all rows of a Durable Object. */
export function storedKeys(kv: SyncKvStorage): string[] {
  return Array.from(kv.list(), ([key]) => key);
}

/**
 * Checks that a schema covers every member of the row, optional ones too. A missing one is a type
 * error: the member would be lost when the row is read.
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
