import { defined } from "../lib/defined.ts";
import type { DeviceInfo } from "../login-session/domain/device-info.ts";
import type { EventDetail } from "./event.ts";

/** The most that is reported of a device: no address, no city, and nothing of the device itself. */
export interface ReportedLocation {
  country?: string;
  asn?: number;
  network?: string;
}

/** Undefined if nothing is known, or nothing may be reported. */
export function reportedLocation(
  device: DeviceInfo | undefined,
  detail: EventDetail,
): ReportedLocation | undefined {
  if (!device || detail === "none") return undefined;
  const { country, asn, network } = device;
  const location = defined(detail === "network" ? { country, asn, network } : { country });
  return Object.keys(location).length > 0 ? location : undefined;
}
