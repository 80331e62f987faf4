/**
 * AS numbers of data centres, where anybody can rent a machine for an hour, and of networks that VPNs run
 * from. A screen there may be an attacker's browser, or belong to somebody who hides their location. Both
 * are reasons to ask for more, neither is proof.
 *
 * Compiled by hand from the names in the regional registries (RDAP) and from public lists of hosting
 * networks, as of November 2026. The list contains only the large networks. It leaves out relays that show
 * their user's country and that ordinary phones and browsers use by default (iCloud Private Relay and
 * WARP: Cloudflare 13335, Akamai 36183, Fastly 54113).
 */
export const HOSTING_ASNS: ReadonlySet<number> = new Set([
  // Amazon
  16509, 14618, 8987,
  // Google Cloud
  15169, 396982,
  // Microsoft
  8075,
  // Oracle, IBM (SoftLayer), Rackspace
  31898, 36351, 27357, 15395,
  // Alibaba, Tencent, Huawei
  45102, 37963, 132203, 45090, 136907,
  // DigitalOcean, Linode, Vultr
  14061, 63949, 20473,
  // Hetzner, OVH, Scaleway, Contabo, netcup, IONOS, Strato, myLoc
  24940, 16276, 12876, 51167, 197540, 8560, 6724, 24961,
  // Leaseweb
  60781, 28753, 30633, 7203, 27411, 19148, 59253,
  // M247, Datacamp (CDN77), PacketHub, Clouvider, 31173, tzulo: many VPNs
  9009, 60068, 212238, 136787, 147049, 62240, 39351, 11878,
  // Proton
  62371, 209103,
  // QuadraNet, ColoCrossing, Psychz, Sharktech, Hivelocity, Multacom, IT7
  8100, 36352, 40676, 46844, 29802, 35916, 25820,
  // NForce, WorldStream, Cherry Servers, UK Dedicated Servers, Voxility, Hostinger, Sakura
  43350, 49981, 16125, 42831, 3223, 47583, 9370,
]);
