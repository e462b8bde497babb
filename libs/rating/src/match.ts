import type { Price } from './compiled-tariff.js';
import { type Standing, allowsSession } from './restrictions.js';

/** The first price whose restrictions all match wins; none means free. */
export function firstMatch(candidates: readonly Price[], now: Standing): Price | undefined {
  for (const price of candidates) {
    if (!price.rules || allowsSession(price.rules, now)) return price;
  }
  return undefined;
}
