import { parseIpAddress } from "../../../lib/ip-address.ts";

/** Length of a network prefix in bits (RFC 4632 §3.1). */
export type PrefixLength = 24 | 32 | 48 | 56 | 64;

/** A network in CIDR notation. */
export interface Network {
  cidr: string;
  length: PrefixLength;
}

/**
 * The networks that contain an address, the narrowest first: those that usually belong to one household,
 * one customer or one site. A household gets a /64 or a /56 of IPv6, a site a /48 (RFC 6177 §2), and can
 * use all addresses in it. Empty if the text is no address.
 */
export function networksOf(address: string | undefined): Network[] {
  const parsed = address === undefined ? undefined : parseIpAddress(address);
  if (!parsed) return [];
  if (parsed.version === 4) {
    const [a, b, c, d] = parsed.bytes;
    return [
      { cidr: `${a}.${b}.${c}.${d}/32`, length: 32 },
      { cidr: `${a}.${b}.${c}.0/24`, length: 24 },
    ];
  }
  const [a = 0, b = 0, c = 0, d = 0] = parsed.groups;
  const site = [a, b, c].map((group) => group.toString(16)).join(":");
  return [
    { cidr: `${site}:${d.toString(16)}::/64`, length: 64 },
    { cidr: `${site}:${(d & 0xff00).toString(16)}::/56`, length: 56 },
    { cidr: `${site}::/48`, length: 48 },
  ];
}

/** The networks by which requests are counted. All requests without an address count as one network. */
export function countedNetworks(address: string | undefined): Network[] {
  const networks = networksOf(address);
  return networks.length > 0 ? networks : [{ cidr: "unknown", length: 32 }];
}

/**
 * The network of one household or office: an IPv4 address, or the first 64 bits of an IPv6 address.
 * Undefined if the text is no address.
 */
export function networkOf(address: string | undefined): string | undefined {
  return networksOf(address)[0]?.cidr.replace(/(::)?\/\d+$/, "");
}

/** Whether two addresses are known to be in one network (RFC 10027 §6.1.1). */
export function sameNetwork(a: string | undefined, b: string | undefined): boolean {
  const network = networkOf(a);
  return network !== undefined && network === networkOf(b);
}
