import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { WRITTEN_AT, type StoredRows } from "./fixtures/version-0.1.0-person.ts";

/**
 * Rows of the fixtures as if they had been written just now: each instant in them is moved by as much as has passed
 * since. Sessions and logins would be over otherwise.
 */
export function moveToNow<Value>(value: Value): Value {
  return moved(value, Date.now() - WRITTEN_AT) as Value;
}

/** Stores rows in an object, in place of those that it has, and clears its memory. */
export async function putRows(stub: DurableObjectStub, rows: StoredRows): Promise<void> {
  await runInDurableObject(stub, async (_, { storage }) => {
    await storage.deleteAll();
    for (const [key, row] of Object.entries(rows)) storage.kv.put(key, row);
  });
  await evictDurableObject(stub);
}

/** All rows of an object. */
export async function storedRows(stub: DurableObjectStub): Promise<Record<string, unknown>> {
  return await runInDurableObject(stub, (_, { storage }) => Object.fromEntries(storage.kv.list()));
}

function moved(value: unknown, by: number): unknown {
  // Milliseconds since the epoch, from 2020 to 2063: every other number in the rows is smaller.
  if (typeof value === "number") return value > 1_577e9 && value < 2_935e9 ? value + by : value;
  if (Array.isArray(value)) return value.map((item: unknown) => moved(item, by));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, moved(item, by)]));
}
