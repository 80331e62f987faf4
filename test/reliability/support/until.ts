/** Milliseconds between two checks. */
const INTERVAL = 3;

/**
 * Waits until the check finds nothing, and fails with its finding at the timeout. Unlike
 * `vi.waitFor`, it does not advance fake timers.
 */
export async function until(wrong: () => string | undefined, limit: number): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const still = wrong();
    if (still === undefined) return;
    if (performance.now() - begun > limit) throw new Error(still);
    await scheduler.wait(INTERVAL);
  }
}
