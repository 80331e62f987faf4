/** Milliseconds between two looks. */
const INTERVAL = 3;

/**
 * Waits until there is nothing wrong any more, and fails with what still is when the time is over.
 * Unlike `vi.waitFor` it leaves a clock that stands still alone.
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
