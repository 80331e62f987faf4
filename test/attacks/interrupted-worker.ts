import { env } from "cloudflare:workers";

/**
 * Bindings that run a function just before one of an account's methods is called: after the checks
 * of the Worker and before the account changes anything.
 */
export function interruptedBefore(method: string, happens: () => Promise<void>): Env {
  const accounts = new Proxy(env.ACCOUNTS, {
    get: (namespace, name) =>
      name === "get"
        ? (id: DurableObjectId) => interrupted(namespace.get(id), method, happens)
        : boundTo(namespace, name),
  });
  return { ...env, ACCOUNTS: accounts };
}

function interrupted<Stub extends object>(
  stub: Stub,
  method: string,
  happens: () => Promise<void>,
): Stub {
  return new Proxy(stub, {
    get: (target, name) => {
      const value = boundTo(target, name);
      if (name !== method || typeof value !== "function") return value;
      return async (...args: unknown[]): Promise<unknown> => {
        await happens();
        return await Reflect.apply(value, undefined, args);
      };
    },
  });
}

/** A method of a runtime object, bound to this object. */
function boundTo(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  if (typeof value !== "function") return value;
  return (...args: unknown[]): unknown => Reflect.apply(value, target, args);
}
