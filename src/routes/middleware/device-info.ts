import { networkOf } from "../../login-session/domain/risk/network.ts";
import type { DeviceInfo } from "../../login-session/domain/device-info.ts";
import { parseUserAgent } from "./user-agent.ts";

/** Characters of the name of a network, a city or a region. */
const MAX_NAME_LENGTH = 60;

/** The largest autonomous system number (RFC 6793 §2). */
const MAX_ASN = 2 ** 32 - 1;

/**
 * The device that sent a request: browser and system from its headers, address and location from
 * the edge. It helps a user to recognise the device, and proves nothing. Each value has a fixed
 * format, so that a sender can't put a message into it.
 */
export function deviceInfoOf({ cf, headers }: Request): DeviceInfo {
  const found = {
    ...parseUserAgent(headers.get("User-Agent") ?? "", headers.get("Sec-CH-UA") ?? ""),
    ip: ipAddress(headers.get("CF-Connecting-IP")),
    asn: asn(cf?.asn),
    network: name(cf?.asOrganization),
    city: name(cf?.city),
    region: name(cf?.region),
    country: country(cf?.country),
    latitude: coordinate(cf?.latitude, 90),
    longitude: coordinate(cf?.longitude, 180),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function ipAddress(value: string | null): string | undefined {
  return value !== null && networkOf(value) !== undefined ? value : undefined;
}

/** Letters, digits and the punctuation of names. The owner of a network chooses its name. */
function name(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const cleaned = value.replaceAll(/[^\p{L}\p{M}\p{N}.,&'’()/+-]+/gu, " ").trim();
  return Array.from(cleaned).slice(0, MAX_NAME_LENGTH).join("").trim() || undefined;
}

/** ISO 3166-1 alpha-2, or Cloudflare's T1 for Tor. */
function country(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Z][A-Z\d]$/.test(value) ? value : undefined;
}

function asn(value: unknown): number | undefined {
  const isAsn = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_ASN;
  return isAsn ? Number(value) : undefined;
}

/** Degrees. */
function coordinate(value: unknown, max: number): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : NaN;
  return Math.abs(number) <= max ? number : undefined;
}
