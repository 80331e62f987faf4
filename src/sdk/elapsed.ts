/**
 * Milliseconds since now, at each call, or since `age` milliseconds ago.
 *
 * Of the two clocks, the wall's can be set back, and the other one stands still in some browsers
 * while the machine sleeps; the one that has gone further is right.
 */
export function elapsedTimer(age = 0): () => number {
  const wall = Date.now() - age;
  const steady = performance.now() - age;
  return () => Math.max(Date.now() - wall, performance.now() - steady);
}
