import type { Random } from '@chargemesh/waiting/random';

/** A whole number from–to, both included. */
export function between(next: Random, from: number, to: number): number {
  return from + Math.floor(next() * (to - from + 1));
}

/** One of several. */
export function oneOf<T>(next: Random, items: readonly [T, ...T[]]): T {
  return items[Math.floor(next() * items.length)] ?? items[0];
}
