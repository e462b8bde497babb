/**
 * The index of the first that lies after a moment, or at it, of what is in the order of time; their number, where none does. By
 * halves, for what is asked again and again of many.
 */
export function firstAfter(all: readonly { readonly at: number }[], moment: number, orAt = false): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { at } = all[middle] as { at: number };
    if (at > moment || (orAt && at === moment)) high = middle;
    else low = middle + 1;
  }
  return low;
}
