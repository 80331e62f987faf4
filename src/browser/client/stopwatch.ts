/**
 * Milliseconds since now, at each call.
 *
 * Of the two clocks, the wall's can be set back, and the other one stands still in some browsers
 * while the machine sleeps; the one that has gone further is right.
 */
export function stopwatch(): () => number {
  const wall = Date.now();
  const steady = performance.now();
  return () => Math.max(Date.now() - wall, performance.now() - steady);
}
