import { median } from "../harness/statistics.ts";

/** Times in milliseconds since the start of a visit. */
export interface Arrival {
  /** When the code was visible. */
  code: number;
  /** When the connection was open. */
  connection: number;
}

/** Round trips after the connection is open, computed from the effect of the added latency. */
export function roundTripsBeyondConnection(
  near: readonly Arrival[],
  far: readonly Arrival[],
  distance: number,
): number {
  const beyond = (visits: readonly Arrival[]) =>
    median(visits.map(({ code, connection }) => code - connection));
  return (beyond(far) - beyond(near)) / distance;
}
