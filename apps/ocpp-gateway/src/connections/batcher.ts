import { AsyncLocalStorage } from 'node:async_hooks';

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Batches single requests into set-based ones: what arrives while a batch is under way is the next batch. A batch has each
 * key once, since one statement cannot change a row twice; the second waits for the next batch.
 */
export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private busy = false;
  /** A batch runs outside the async context of the request that began it, and so outside its transaction. */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly keyOf: (item: Item) => string,
    /** Gives one result per item, in the order of the items. */
    private readonly work: (items: Item[]) => Promise<Result[]>,
    private readonly limits: { batch: number; waiting: number },
  ) {}

  submit(item: Item): Promise<Result> {
    if (this.waiting.length >= this.limits.waiting) return Promise.reject(new Overloaded());
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.busy) void this.outside(() => this.run());
    });
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const batch = this.takeBatch();
      try {
        const results = await this.work(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.busy = false;
  }

  private takeBatch(): Waiting<Item, Result>[] {
    const batch = new Map<string, Waiting<Item, Result>>();
    const later: Waiting<Item, Result>[] = [];
    for (const entry of this.waiting) {
      const key = this.keyOf(entry.item);
      if (batch.size < this.limits.batch && !batch.has(key)) batch.set(key, entry);
      else later.push(entry);
    }
    this.waiting = later;
    return [...batch.values()];
  }
}

/** The queue is full. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}
