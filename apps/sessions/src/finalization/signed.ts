import type { SignedValue } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';

const VALUES_MAX = 200;
const BYTES_MAX = 250_000;

/**
 * The signed values of a session in the order of time, as many as an event can hold: from both ends, since a bill is
 * checked by those of its start and end. All of them are in the meter values.
 * @param samples in the order of time
 */
export function signedOf(samples: readonly Sample[]): { signed: SignedValue[]; complete: boolean } {
  const all = samples.flatMap(({ signed }) => (signed ?? []).toSorted(byData));
  const head: SignedValue[] = [];
  const tail: SignedValue[] = [];
  let [left, right, bytes] = [0, all.length - 1, BYTES_MAX];
  while (left <= right && head.length + tail.length < VALUES_MAX) {
    const atEnd = head.length > tail.length;
    const value = all[atEnd ? right : left] as SignedValue;
    bytes -= Buffer.byteLength(JSON.stringify(value));
    if (bytes < 0) break;
    (atEnd ? tail : head).push(value);
    if (atEnd) right--;
    else left++;
  }
  return { signed: [...head, ...tail.toReversed()], complete: left > right };
}

/** The order within a moment must not depend on which message came first. */
function byData(a: SignedValue, b: SignedValue): number {
  return a.data < b.data ? -1 : a.data > b.data ? 1 : 0;
}
