import type { Meter } from "./tally.ts";

/**
 * Counts the rows that an object's storage is charged for. Each call is passed on to the runtime's
 * storage.
 *
 * Charged are: one row written for each `put`, `delete` and `setAlarm`, one row read for each key that is
 * read, and for SQL the numbers of the cursor.
 */
export function meterStorage(storage: DurableObjectStorage, meter: Meter): void {
  const { kv, sql } = storage;

  replace(kv, "get", (get) => (key: string) => {
    meter.read(1);
    return get(key);
  });
  replace(kv, "list", (list) => (options?: SyncKvListOptions) => {
    const entries = Array.from(list(options));
    meter.read(Math.max(1, entries.length));
    return entries[Symbol.iterator]();
  });
  replace(kv, "put", (put) => (key: string, value: unknown) => {
    meter.wrote(1);
    put(key, value);
  });
  replace(kv, "delete", (remove) => (key: string) => {
    meter.wrote(1);
    return remove(key);
  });
  replace(sql, "exec", (exec) => (query: string, ...bindings: unknown[]) => {
    const cursor = exec(query, ...bindings);
    meter.watch(cursor);
    return cursor;
  });
  replace(storage, "setAlarm", (setAlarm) => (time: number | Date, options?: object) => {
    meter.wrote(1);
    return setAlarm(time, options);
  });
  replace(storage, "deleteAlarm", (deleteAlarm) => (options?: object) => {
    meter.wrote(1);
    return deleteAlarm(options);
  });
  replace(storage, "getAlarm", (getAlarm) => (options?: object) => {
    meter.read(1);
    return getAlarm(options);
  });
  replace(storage, "deleteAll", (deleteAll) => (options?: object) => {
    meter.tally.wipes++;
    return deleteAll(options);
  });
}

/** Replaces a method of the runtime by one that gets the original. */
function replace<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  wrap: (own: Bound<Owner[Name]>) => unknown,
): void {
  const own = owner[name];
  if (typeof own !== "function") throw new TypeError(`${String(name)} is no method`);
  Object.defineProperty(owner, name, { value: wrap(own.bind(owner)), configurable: true });
}

type Bound<Method> = Method extends (...parameters: infer Parameters) => infer Returned
  ? (...parameters: Parameters) => Returned
  : never;
