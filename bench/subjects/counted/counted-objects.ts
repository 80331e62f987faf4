import type { DurableObject } from "cloudflare:workers";
import { meterStorage } from "./metered-storage.ts";
import { meterOf, type Meter } from "./tally.ts";

const metersByObject = new WeakMap<object, Meter>();

/** Keeps an object awake, as far as its meter knows, until the function that is returned is called. */
export function keepAwake(object: object): () => void {
  const meter = metersByObject.get(object);
  if (!meter) throw new TypeError("an object without a meter");
  return meter.begin();
}

/**
 * Puts a meter on an object of a class, in its constructor and before anything of the class itself
 * has happened. The rest is done once for the class, by `countCalls`.
 */
export function meterObject(className: string, object: object, ctx: DurableObjectState): void {
  const meter = meterOf(className, ctx);
  meter.tally.constructions++;
  meterStorage(ctx.storage, meter);
  metersByObject.set(object, meter);
  const waitUntil = ctx.waitUntil.bind(ctx);
  Object.defineProperty(ctx, "waitUntil", {
    value: (promise: Promise<unknown>) => {
      // Since 2026-10-01 what is waited for keeps an object awake.
      const end = meter.begin();
      waitUntil(promise.finally(end));
    },
  });
}

/** The handlers of the platform; everything else that is public is a call by RPC, or a fetch. */
function causeOf(name: string): "alarms" | "socketMessages" | "requests" {
  if (name === "alarm") return "alarms";
  return name === "webSocketMessage" ? "socketMessages" : "requests";
}

/** Counts whatever reaches the objects of a class, and for how long it keeps them awake. */
export function countCalls({ prototype }: { prototype: DurableObject }): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const own: unknown = Reflect.get(prototype, name);
    if (name === "constructor" || typeof own !== "function") continue;
    const cause = causeOf(name);
    Object.defineProperty(prototype, name, {
      value(this: object, ...parameters: unknown[]): unknown {
        const end = metersByObject.get(this)?.begin(cause);
        let result: unknown;
        try {
          result = Reflect.apply(own, this, parameters);
        } catch (error) {
          end?.();
          throw error;
        }
        if (result instanceof Promise) return result.finally(end);
        end?.();
        return result;
      },
    });
  }
}
