/** The part of Trusted Types §2.3 that is used here. TypeScript's types lack it. */
interface Policy {
  createScriptURL(url: string): string;
}

declare global {
  /** Not supported by every browser. */
  var trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;
}

const WORKER = "/sw.js";

/** The only policy that security-headers.ts allows. It trusts one URL. */
const policy = globalThis.trustedTypes?.createPolicy("service-worker", {
  createScriptURL(url) {
    if (url !== WORKER) throw new TypeError("not a script of ours");
    return url;
  },
});

/** The URL of the service worker, as Trusted Types require it. */
export function workerUrl(): string {
  return policy?.createScriptURL(WORKER) ?? WORKER;
}
