/** Trusted Types §2.3, as far as it is used here: the types of TypeScript don't have it. */
interface Policy {
  createScriptURL(url: string): string;
}

declare global {
  /** Not in every browser. */
  var trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;
}

const WORKER = "/sw.js";

/** The only policy that our pages may have (security-headers.ts), and it trusts one address. */
const policy = globalThis.trustedTypes?.createPolicy("service-worker", {
  createScriptURL(url) {
    if (url !== WORKER) throw new TypeError("not a script of ours");
    return url;
  },
});

/** The address of the service worker, as a page may use it that trusts no text to be a script's address. */
export function workerUrl(): string {
  return policy?.createScriptURL(WORKER) ?? WORKER;
}
