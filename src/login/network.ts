/**
 * The network that an address is in, as far as one household or office has it to itself: all of an
 * IPv4 address, the first 64 bits of an IPv6 one. Undefined for what is no address.
 */
export function networkOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  // RFC 4291 §2.5.5.2: an IPv4 address in the other's clothes.
  const ipv4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (ipv4 !== undefined) return ipv4;
  if (!/^[0-9a-f:]+$/i.test(address)) return undefined;

  // RFC 4291 §2.2: "::" stands, once, for as many zeros as are missing.
  const [head = "", tail, ...more] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = 8 - before.length - after.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...before, ...Array<string>(missing).fill("0"), ...after];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

/** Whether two addresses are known to be of one network (RFC 10027 §6.1.1). */
export function sameNetwork(a: string | undefined, b: string | undefined): boolean {
  const network = networkOf(a);
  return network !== undefined && network === networkOf(b);
}
