/** Characters. */
const MAX_LENGTH = 2000;

/**
 * Whether an endpoint belongs to a configured push service. A browser could name any URL, and this
 * server would send requests there (SSRF): so only https to a known host, without credentials or a
 * port, and in normalised form. `services`: hosts, `*.` and a host for its subdomains, or the
 * origin of a receiver on this machine.
 */
export function isKnownEndpoint(endpoint: string, services: readonly string[]): boolean {
  if (endpoint.length > MAX_LENGTH || !URL.canParse(endpoint)) return false;
  const url = new URL(endpoint);
  if (url.href !== endpoint || url.username || url.password || url.hash) return false;
  if (url.protocol === "http:") return services.includes(url.origin);
  if (url.protocol !== "https:" || url.port !== "") return false;
  return services.some((service) =>
    service.startsWith("*.") ? isBelow(url.hostname, service.slice(1)) : url.hostname === service,
  );
}

/** Whether a host is a subdomain of `suffix`, with valid labels (RFC 1123 §2.1). */
function isBelow(host: string, suffix: string): boolean {
  if (!host.endsWith(suffix) || host.length > 253) return false;
  const labels = host.slice(0, -suffix.length).split(".");
  return labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
}
