/**
 * Does the same work on each in turn, several times over: what disturbs the machine for a while
 * disturbs all of them. Every other round goes backwards, so that nobody is always the first.
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

/** Keeps `lanes` at work, each on one thing after another, as long as `goesOn` says so. */
export async function inLanes(
  lanes: number,
  goesOn: () => boolean,
  work: () => Promise<void>,
): Promise<void> {
  const lane = async () => {
    while (goesOn()) await work();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
