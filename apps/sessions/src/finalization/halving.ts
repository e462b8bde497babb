import { type Transaction, isStatementTimeout, isTransient } from '@chargemesh/persistence';

/** What is done for several at once, and what becomes of the one for which it cannot be done. */
export interface Halving<Item> {
  /** Gives how many it was done for. */
  readonly each: (items: readonly Item[]) => Promise<number>;
  readonly failed: (item: Item, error: unknown) => Promise<void>;
}

/**
 * Does something for all or, where that fails, for each half, in a savepoint each, so that one item holds up no other. What
 * fails since the database was away, or somebody in the way, is an error of the whole. Gives how many were dealt with.
 */
export async function halved<Item>(
  tx: Transaction,
  items: readonly Item[],
  { each, failed }: Halving<Item>,
): Promise<number> {
  const [item] = items;
  if (item === undefined) return 0;
  try {
    return await tx.attempt(() => each(items));
  } catch (error) {
    if (isTransient(error) && !isStatementTimeout(error)) throw error;
    if (items.length === 1) {
      await failed(item, error);
      return 1;
    }
    const half = items.length >> 1;
    const first = await halved(tx, items.slice(0, half), { each, failed });
    return first + (await halved(tx, items.slice(half), { each, failed }));
  }
}
