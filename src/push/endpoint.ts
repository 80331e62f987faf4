/** Longer than any push service's. */
const MAX_LENGTH = 2000;

/**
 * Whether an endpoint that a browser names is one of the configured push services. A browser could name
 * any address, and we would send requests there: so nothing counts but https to a known host, without
 * credentials, a port, or a second way to write it. `services` are hosts, `*.` before one standing for
 * whatever is below it, or the whole origin of a receiver on this machine.
 */
export function isKnownEndpoint(endpoint: string, services: readonly string[]): boolean {
  if (endpoint.length > MAX_LENGTH || !URL.canParse(endpoint)) return false;
  const url = new URL(endpoint);
  if (url.href !== endpoint || url.username || url.password || url.hash) return false;
  if (url.protocol === "http:") return services.includes(url.origin);
  if (url.protocol !== "https:" || url.port !== "") return false;
  return services.some((service) =>
    service.startsWith("*.") ? url.hostname.endsWith(service.slice(1)) : url.hostname === service,
  );
}
