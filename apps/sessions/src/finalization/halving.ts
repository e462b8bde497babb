import { type Transaction, isStatementTimeout, isTransient } from '@chargemesh/persistence';

/** What is done for several at once, and what becomes of the one for which it cannot be done. */
export interface Halving<Item> {
  /** Gives how many it was done for. */
  readonly each: (items: readonly Item[]) => Promise<number>;
  /** Of one of several for none of which it can be done, all may be at fault but itself. */
  readonly failed: (item: Item, error: unknown, of: { readonly isOfAll: boolean }) => Promise<void>;
}

interface Failure<Item> {
  readonly item: Item;
  readonly error: unknown;
}

/**
 * Does something for all or, where that fails, for each half, in a savepoint each, so that one item holds up no other. What
 * fails since the database was away, or somebody in the way, is an error of the whole, and what takes too long for several:
 * halves would take as long under the locks of all.
 * Gives how many were dealt with.
 */
export async function halved<Item>(
  tx: Transaction,
  items: readonly Item[],
  { each, failed }: Halving<Item>,
): Promise<number> {
  const failures: Failure<Item>[] = [];
  const isOfItem = (error: unknown): boolean =>
    !isTransient(error) || (items.length === 1 && isStatementTimeout(error));
  const done = await attempted(tx, items, { each, isOfItem }, failures);
  const isOfAll = done === 0 && failures.length > 1;
  for (const { item, error } of failures) await failed(item, error, { isOfAll });
  return done + failures.length;
}

interface Attempt<Item> extends Pick<Halving<Item>, 'each'> {
  /** Whether an error may be the fault of an item. */
  readonly isOfItem: (error: unknown) => boolean;
}

async function attempted<Item>(
  tx: Transaction,
  items: readonly Item[],
  attempt: Attempt<Item>,
  failures: Failure<Item>[],
): Promise<number> {
  const [item] = items;
  if (item === undefined) return 0;
  try {
    return await tx.attempt(() => attempt.each(items));
  } catch (error) {
    if (!attempt.isOfItem(error)) throw error;
    if (items.length === 1) {
      failures.push({ item, error });
      return 0;
    }
    const half = items.length >> 1;
    const first = await attempted(tx, items.slice(0, half), attempt, failures);
    return first + (await attempted(tx, items.slice(half), attempt, failures));
  }
}
