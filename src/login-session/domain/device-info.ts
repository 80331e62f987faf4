import type { Place } from "../../protocol/place.ts";

/** What a request shows of the device that sent it. Any part may be missing, and none proves anything. */
export interface DeviceInfo extends Place {
  browser?: string;
  system?: string;
  ip?: string;
  /** Number and name of the network that the address belongs to. */
  asn?: number;
  network?: string;
}
