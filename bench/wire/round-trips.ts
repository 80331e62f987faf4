import { median } from "../harness/statistics.ts";

/** Milliseconds since a visit began. */
export interface Arrival {
  /** When what was waited for was there. */
  code: number;
  /** When the connection stood. */
  connection: number;
}

/** How often a visitor waits for the far end once the connection stands: by how much distance costs. */
export function roundTripsBeyondConnection(
  near: readonly Arrival[],
  far: readonly Arrival[],
  distance: number,
): number {
  const beyond = (visits: readonly Arrival[]) =>
    median(visits.map(({ code, connection }) => code - connection));
  return (beyond(far) - beyond(near)) / distance;
}
