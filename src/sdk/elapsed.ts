/**
 * A function that returns the milliseconds since now, or since `age` milliseconds ago.
 *
 * `Date.now()` can be set back, and in some browsers `performance.now()` stops while the device sleeps, so
 * the larger difference counts.
 */
export function elapsedTimer(age = 0): () => number {
  const wall = Date.now() - age;
  const steady = performance.now() - age;
  return () => Math.max(Date.now() - wall, performance.now() - steady);
}
