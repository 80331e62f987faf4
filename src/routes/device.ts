import type { Device } from "../login/session.ts";
import { readUserAgent } from "./user-agent.ts";

/** Longer than any honest name. */
const MAX_LENGTH = 100;

/** Longer than any honest User-Agent. */
const MAX_USER_AGENT = 500;

/**
 * What a request tells of the device that sent it: its browser and system by what it says of itself,
 * its address and place by what the edge saw. Enough for a person to recognise it; proof of nothing.
 */
export function deviceOf(request: Request): Device {
  const { cf } = request;
  const userAgent = request.headers.get("User-Agent") ?? "";
  const told = {
    ...readUserAgent(userAgent.slice(0, MAX_USER_AGENT)),
    ip: text(request.headers.get("CF-Connecting-IP")),
    asn: typeof cf?.asn === "number" ? cf.asn : undefined,
    network: text(cf?.asOrganization),
    city: text(cf?.city),
    region: text(cf?.region),
    country: text(cf?.country),
    latitude: coordinate(cf?.latitude),
    longitude: coordinate(cf?.longitude),
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, MAX_LENGTH) : undefined;
}

function coordinate(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}
