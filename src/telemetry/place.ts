import { defined } from "../lib/defined.ts";
import type { DeviceInfo } from "../login-session/domain/device-info.ts";
import type { EventDetail } from "./event.ts";

/** What of a device's place may be told at most: no address, no city, nothing of the device itself. */
export interface Place {
  country?: string;
  asn?: number;
  network?: string;
}

/** Undefined where nothing is known, or nothing may be told. */
export function placeOf(device: DeviceInfo | undefined, detail: EventDetail): Place | undefined {
  if (!device || detail === "none") return undefined;
  const { country, asn, network } = device;
  const place = {
    ...defined({ country }),
    ...(asn === undefined || detail !== "network" ? {} : { asn }),
    ...(network === undefined || detail !== "network" ? {} : { network }),
  };
  return Object.keys(place).length > 0 ? place : undefined;
}
