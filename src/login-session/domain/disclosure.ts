import { defined } from "../../lib/defined.ts";
import type { Place } from "../../protocol/place.ts";
import type { Reason } from "../../protocol/risk.ts";
import type { DeviceInfo } from "./device-info.ts";
import { HOSTING_ASNS } from "./risk/hosting-asns.ts";
import { sameNetwork } from "./risk/network.ts";

/**
 * What a phone may know of the screen before its login is approved. Anybody can create an account and scan
 * a code that is shown in public, so it is no more than the decision needs: no IP address, and a location
 * no more exact than the city. The risk is assessed with the exact values.
 */

/** Coordinates are rounded to a tenth of a degree: about 11 km from north to south. */
const STEPS_PER_DEGREE = 10;

/** Kilometres. */
const MIN_DISTANCE_STEP = 10;

/** The screen, as this phone's owner may see it. */
export function disclosedScreen(screen: DeviceInfo, phone: DeviceInfo): DeviceInfo {
  const { browser, system, ip, asn, network } = screen;
  return defined({
    browser,
    system,
    ...disclosedPlace(screen),
    ip: sameNetwork(ip, phone.ip) ? ip : undefined,
    ...(isNetworkDisclosed(asn, phone.asn) ? { asn, network } : {}),
  });
}

/** A network's name can identify a household or a company, unless the phone is in it or it is a data centre. */
function isNetworkDisclosed(asn: number | undefined, phoneAsn: number | undefined): boolean {
  return asn !== undefined && (asn === phoneAsn || HOSTING_ASNS.has(asn));
}

/** Where a device is. The phone's own location is rounded like the screen's, so that one map can show both. */
export function disclosedPlace({ city, region, country, latitude, longitude }: DeviceInfo): Place {
  return defined({
    city,
    region,
    country,
    ...(latitude === undefined || longitude === undefined
      ? {}
      : { latitude: rounded(latitude), longitude: rounded(longitude) }),
  });
}

/** The reasons without exact distances: three distances from known locations would give the position. */
export function disclosedReasons(reasons: readonly Reason[]): Reason[] {
  return reasons.map((reason) =>
    "km" in reason ? { ...reason, km: roundedDistance(reason.km) } : reason,
  );
}

/** To two significant digits, in steps of at least 10 km, and never 0. */
export function roundedDistance(km: number): number {
  const digits = Math.floor(Math.log10(Math.max(km, 1)));
  const step = Math.max(MIN_DISTANCE_STEP, 10 ** (digits - 1));
  return Math.max(step, Math.round(km / step) * step);
}

function rounded(degrees: number): number {
  // Adding 0 turns -0 into 0, which some readers tell apart.
  return (Math.round(degrees * STEPS_PER_DEGREE) + 0) / STEPS_PER_DEGREE;
}
