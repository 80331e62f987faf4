import { HOSTING_ASNS } from "./risk/hosting-asns.ts";
import { sameNetwork } from "./risk/network.ts";
import type { Place } from "./risk/location.ts";
import type { Reason } from "./risk/reasons.ts";
import type { DeviceInfo } from "./session.ts";

/**
 * What a phone may know of the screen before its login is approved. Anybody can make an account and scan
 * a code that is shown in public, so it is no more than the decision needs: not the address of the
 * connection, and a place no more exact than the city. The risk is assessed with the exact values.
 */

/** Coordinates are rounded to a tenth of a degree: about 11 km from north to south. */
const STEPS_PER_DEGREE = 10;

/** Kilometres. */
const LEAST_DISTANCE = 10;

/** The screen, as the holder of this phone may see it. */
export function disclosedScreen(screen: DeviceInfo, phone: DeviceInfo): DeviceInfo {
  const { browser, system, ip, asn, network } = screen;
  return known({
    browser,
    system,
    ...disclosedPlace(screen),
    ip: sameNetwork(ip, phone.ip) ? ip : undefined,
    ...(isNetworkDisclosed(asn, phone.asn) ? { asn, network } : {}),
  });
}

/** A network's name can be that of a household or a company, unless the phone is in it or it is a data centre. */
function isNetworkDisclosed(asn: number | undefined, phoneAsn: number | undefined): boolean {
  return asn !== undefined && (asn === phoneAsn || HOSTING_ASNS.has(asn));
}

/** Where a device is. The phone's own place is rounded like the screen's, so that one map can show both. */
export function disclosedPlace({ city, region, country, latitude, longitude }: DeviceInfo): Place {
  return known({
    city,
    region,
    country,
    ...(latitude === undefined || longitude === undefined
      ? {}
      : { latitude: rounded(latitude), longitude: rounded(longitude) }),
  });
}

/** The reasons without exact distances: three distances from known places would give the position. */
export function disclosedReasons(reasons: readonly Reason[]): Reason[] {
  return reasons.map((reason) =>
    "km" in reason ? { ...reason, km: roundedDistance(reason.km) } : reason,
  );
}

/** To two significant digits, in steps of 10 km at least, and never 0. */
export function roundedDistance(km: number): number {
  const digits = Math.floor(Math.log10(Math.max(km, 1)));
  const step = Math.max(LEAST_DISTANCE, 10 ** (digits - 1));
  return Math.max(step, Math.round(km / step) * step);
}

function rounded(degrees: number): number {
  // Adding 0 makes 0 of -0, which differ for some readers.
  return (Math.round(degrees * STEPS_PER_DEGREE) + 0) / STEPS_PER_DEGREE;
}

/** Without the members that have no value. */
function known(device: { [Name in keyof DeviceInfo]: DeviceInfo[Name] | undefined }): DeviceInfo {
  return Object.fromEntries(Object.entries(device).filter(([, value]) => value !== undefined));
}
