/**
 * The network that an address belongs to, as one household or one customer has it: an IPv4 address by
 * itself, and of an IPv6 address the first half (RFC 4291 §2.5.4), since whoever has one address there
 * has all of them. Zeros may be left out anywhere in such an address (RFC 5952 §4.2), so it is spelt
 * out first. What is no address stands for itself.
 */
export function networkOf(ip: string): string {
  // RFC 4291 §2.5.5.2: an IPv4 address in the clothes of the other.
  const [, mapped] = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(ip) ?? [];
  if (mapped !== undefined) return mapped;
  if (!ip.includes(":")) return ip;
  const [head = "", tail] = ip.split("::");
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return `${[...before, ...zeros, ...after].slice(0, 4).join(":")}::/64`;
}

/** The groups of a part, each in its one shortest form (RFC 5952 §4.1, §4.3). */
function groups(part: string): string[] {
  return part === ""
    ? []
    : part.split(":").map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""));
}
