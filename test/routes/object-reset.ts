import { runInDurableObject } from "cloudflare:test";

/** What storage writes by, in the order in which an object may use them. */
const WRITES = ["put", "delete"] as const;

/**
 * Has an object be reset in the middle of what it does next, as by a deployment or a crash: before its
 * `nth` write. What it wrote before in the same turn is undone with it, since that is one transaction.
 * `happened` tells whether it came to that; where it didn't, nothing is left to happen later.
 */
export async function resetBeforeWrite(
  stub: DurableObjectStub,
  nth: number,
): Promise<{ happened: () => Promise<boolean> }> {
  let happened = false;
  await runInDurableObject(stub, (_, ctx) => {
    let left = nth;
    const count = () => {
      left -= 1;
      if (left > 0) return;
      happened = true;
      ctx.abort("The object was reset.");
    };
    const { storage } = ctx;
    for (const name of WRITES) intercept(storage.kv, name, count);
    for (const name of ["setAlarm", "deleteAll"] as const) intercept(storage, name, count);
  });
  return {
    async happened() {
      if (!happened) await runInDurableObject(stub, (_, ctx) => restore(ctx.storage));
      return happened;
    },
  };
}

function intercept(target: object, name: string, before: () => void): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== "function") throw new TypeError(`no method ${name}`);
  Reflect.defineProperty(target, name, {
    configurable: true,
    value: (...args: unknown[]): unknown => {
      before();
      return Reflect.apply(original, target, args);
    },
  });
}

/** The methods of the runtime again, which are the prototype's. */
function restore(storage: DurableObjectStorage): void {
  for (const name of WRITES) Reflect.deleteProperty(storage.kv, name);
  for (const name of ["setAlarm", "deleteAll"]) Reflect.deleteProperty(storage, name);
}
