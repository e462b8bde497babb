import { setImmediate } from 'node:timers/promises';
import type { MaybePromise } from './maybe-promise.js';

/** Longer lists are worked on in slices of this: some milliseconds each, so that no message keeps the others waiting for long. */
export const sliceLength = 200;

/** Like `flatMap`; other work has its turn between the slices of a long list. */
export function flatMapInSlices<T, U>(
  list: readonly T[],
  work: (item: T) => readonly U[],
  length = sliceLength,
): MaybePromise<U[]> {
  return list.length <= length ? list.flatMap(work) : sliced(list, work, length);
}

async function sliced<T, U>(list: readonly T[], work: (item: T) => readonly U[], length: number): Promise<U[]> {
  const result: U[] = [];
  for (let at = 0; at < list.length; at += length) {
    for (const item of list.slice(at, at + length)) result.push(...work(item));
    await setImmediate();
  }
  return result;
}

/** Whether a payload has a list, at any depth, that is worked on in slices. */
export function hasLongList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return (Array.isArray(value) && parts.length > sliceLength) || parts.some(hasLongList);
}
