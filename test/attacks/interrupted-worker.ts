import { env } from "cloudflare:workers";

/**
 * Bindings that run a function just before a method of an account is called: after the checks of the Worker and before
 * the account changes anything. `method`: as `erase`, or `passkeys.add` for a method of a part.
 */
export function interruptedBefore(method: string, happens: () => Promise<void>): Env {
  const accounts = new Proxy(env.ACCOUNTS, {
    get: (namespace, name) =>
      name === "get"
        ? (id: DurableObjectId) => interruptedAccount(namespace.get(id), method, happens)
        : boundTo(namespace, name),
  });
  return { ...env, ACCOUNTS: accounts };
}

function interruptedAccount(stub: object, path: string, happens: () => Promise<void>): object {
  const [part = "", method] = path.split(".");
  if (method === undefined) return interrupted(stub, part, happens);
  return new Proxy(stub, {
    get(target, name) {
      const value = boundTo(target, name);
      if (name !== part || typeof value !== "function") return value;
      const requestPart = (): object => Object(Reflect.apply(value, undefined, []));
      return () => interruptedPart(requestPart, method, happens);
    },
  });
}

/** The stub of a part is disposed after the call, so the part is requested again after the interruption. */
function interruptedPart(
  requestPart: () => object,
  method: string,
  happens: () => Promise<void>,
): object {
  return new Proxy(requestPart(), {
    get(target, name) {
      if (name !== method) return boundTo(target, name);
      return async (...args: unknown[]): Promise<unknown> => {
        await happens();
        const part = requestPart();
        const call: unknown = Reflect.get(part, method);
        if (typeof call !== "function") throw new TypeError(`no method ${method}`);
        return await Reflect.apply(call, part, args);
      };
    },
  });
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
