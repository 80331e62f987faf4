import Bowser from "bowser";
import type { Device } from "../login/session.ts";

/** Longer than any honest name. */
const MAX_LENGTH = 100;

/** Systems whose version browsers no longer tell: whatever it says there is years old. */
const FROZEN_VERSIONS = new Set(["macOS", "Windows"]);

/**
 * What a request tells of the device that sent it: its browser and system by what it says of itself,
 * its address and place by what the edge saw. Enough for a person to recognise it; proof of nothing.
 */
export function deviceOf(request: Request): Device {
  const { cf } = request;
  const told = {
    ...recognised((request.headers.get("User-Agent") ?? "").slice(0, 500)),
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

/** What browsers say of themselves is the same for millions of them, and takes dozens of patterns to read. */
const known = new Map<string, Names>();

interface Names {
  browser: string | undefined;
  system: string | undefined;
}

/** User agents that are remembered. */
const MAX_KNOWN = 500;

function recognised(userAgent: string): Names {
  const before = known.get(userAgent);
  if (before) return before;
  const { browser, os } = Bowser.parse(userAgent || "unknown");
  const names = {
    browser: joined(browser.name, browser.version?.split(".")[0]),
    system: joined(os.name, FROZEN_VERSIONS.has(os.name ?? "") ? undefined : os.version),
  };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(userAgent, names);
  return names;
}

function joined(name: string | undefined, version: string | undefined): string | undefined {
  return name ? text([name, version].filter(Boolean).join(" ")) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, MAX_LENGTH) : undefined;
}

function coordinate(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}
