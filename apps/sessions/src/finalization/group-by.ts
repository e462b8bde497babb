/** Items by a key, in their order. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const of = found.get(keyOf(item));
    if (of) of.push(item);
    else found.set(keyOf(item), [item]);
  }
  return found;
}
