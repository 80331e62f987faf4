import type { DurableObject } from "cloudflare:workers";
import { meterStorage } from "./metered-storage.ts";
import { meterOf, type Meter } from "./tally.ts";

const metersByObject = new WeakMap<object, Meter>();

/** Counts an object as awake until the returned function is called. */
export function keepAwake(object: object): () => void {
  const meter = metersByObject.get(object);
  if (!meter) throw new TypeError("an object without a meter");
  return meter.begin();
}

/**
 * Counts an object from its constructor on, before the class's own code runs. The rest is done once for
 * the class, by `countCalls`.
 */
export function meterObject(className: string, object: object, ctx: DurableObjectState): void {
  const meter = meterOf(className, ctx);
  meter.tally.constructions++;
  meterStorage(ctx.storage, meter);
  metersByObject.set(object, meter);
  const waitUntil = ctx.waitUntil.bind(ctx);
  Object.defineProperty(ctx, "waitUntil", {
    value: (promise: Promise<unknown>) => {
      // Since 2026-10-01 promises of waitUntil keep an object awake.
      const end = meter.begin();
      waitUntil(promise.finally(end));
    },
  });
}

/** The handlers of the platform; all other public methods are RPC calls, or fetch. */
function causeOf(name: string): "alarms" | "socketMessages" | "requests" {
  if (name === "alarm") return "alarms";
  return name === "webSocketMessage" ? "socketMessages" : "requests";
}

/** Counts the calls to the objects of a class, and for how long these keep them awake. */
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
