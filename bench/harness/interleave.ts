/**
 * Does the same work on each item in turn, in several rounds: a temporary disturbance of the machine
 * then affects all of them. Every other round goes backwards, so that no item is always the first.
 */
export async function interleaved<Item, Result>(
  items: readonly Item[],
  rounds: number,
  work: (item: Item, round: number) => Promise<Result>,
): Promise<Map<Item, Result[]>> {
  const results = new Map<Item, Result[]>(items.map((item) => [item, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const item of round % 2 === 0 ? items : items.toReversed()) {
      results.get(item)?.push(await work(item, round));
    }
  }
  return results;
}

/** Repeats the work in `lanes` parallel loops while `shouldContinue` returns true. */
export async function runConcurrently(
  lanes: number,
  shouldContinue: () => boolean,
  work: () => Promise<void>,
): Promise<void> {
  const lane = async () => {
    while (shouldContinue()) await work();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
