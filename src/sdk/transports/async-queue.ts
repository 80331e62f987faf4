/** A queue that event listeners fill and `for await` reads. */
export class AsyncQueue<Item> implements AsyncIterable<Item> {
  #items: Item[] = [];
  #end: { error?: unknown } | undefined;
  #notify: () => void = () => undefined;

  put(item: Item): void {
    this.#items.push(item);
    this.#notify();
  }

  /** Ends the iteration after the items that are in the queue. */
  close(): void {
    this.#end ??= {};
    this.#notify();
  }

  /** Makes the iteration throw after the items that are in the queue. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#notify();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for (;;) {
      yield* this.#items.splice(0);
      if (this.#items.length > 0) continue;
      if (this.#end) {
        if ("error" in this.#end) throw this.#end.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }
}
