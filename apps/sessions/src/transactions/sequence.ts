/** Sets of sequence numbers as sorted, disjoint pairs of first and last: as long as nothing is missing, one pair. */

/** The set with one more number; the same array when it was in already. */
export function withNumber(ranges: readonly number[], number: number): number[] {
  // Numbers mostly come in their order.
  if (ranges.at(-1) === number - 1) return [...ranges.slice(0, -1), number];
  const pairs = pairsOf(ranges);
  if (pairs.some(([first, last]) => first <= number && number <= last)) return [...ranges];
  const joined = [...pairs, [number, number] as const].sort(([a], [b]) => a - b);
  const result: number[] = [];
  for (const [first, last] of joined) {
    const end = result.at(-1);
    if (end !== undefined && end + 1 === first) result[result.length - 1] = last;
    else result.push(first, last);
  }
  return result;
}

/** Whether every number from `first` to `last` is in the set. */
export function covers(ranges: readonly number[], first: number, last: number): boolean {
  return pairsOf(ranges).some(([from, to]) => from <= first && last <= to);
}

function pairsOf(ranges: readonly number[]): (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  for (let index = 0; index + 1 < ranges.length; index += 2)
    pairs.push([ranges[index] as number, ranges[index + 1] as number]);
  return pairs;
}
