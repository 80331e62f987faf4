/** Four bytes of an IPv4 address, or eight 16-bit groups of an IPv6 address. */
export type IpAddress = { version: 4; bytes: number[] } | { version: 6; groups: number[] };

/**
 * Parses an IP address; undefined if the text is none. An IPv4-mapped IPv6 address (RFC 4291
 * §2.5.5.2) becomes the IPv4 address.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const bytes = parseIpv4(text);
  if (bytes) return { version: 4, bytes };
  const groups = parseIpv6(text);
  if (!groups) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped
    ? { version: 4, bytes: [high >> 8, high & 0xff, low >> 8, low & 0xff] }
    : { version: 6, groups };
}

function parseIpv4(text: string): number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte <= 0xff) ? bytes : undefined;
}

/** RFC 4291 §2.2: one "::" may replace groups of zeros, and the last 32 bits may be written as IPv4. */
function parseIpv6(text: string): number[] | undefined {
  const [head = "", tail, ...more] = text.split("::");
  const before = parseGroups(head, tail === undefined);
  const after = parseGroups(tail ?? "", true);
  if (!before || !after || more.length > 0) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array<number>(missing).fill(0), ...after];
}

/** Parses groups between colons. `isEnd`: whether they may end with an IPv4 address. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const embedded = isEnd ? parseIpv4(parts.at(-1) ?? "") : undefined;
  const groups = embedded ? parts.slice(0, -1) : parts;
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = embedded ?? [];
  return [
    ...groups.map((group) => Number.parseInt(group, 16)),
    ...(embedded ? [(a << 8) | b, (c << 8) | d] : []),
  ];
}
