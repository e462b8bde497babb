import { describe, expect, it } from '@jest/globals';
import { Random, randomCase } from '../testing/random.js';
import { referencePrice } from '../testing/reference.js';
import { compileTariff, rate } from './index.js';

describe('the engine and a walk second by second', () => {
  it.each([1, 2, 3, 4])('agree on 60 random tariffs and sessions (seed %d)', (seed) => {
    const random = new Random(seed);
    let costly = 0;
    for (let i = 0; i < 60; i++) {
      const { tariff, circumstances, session } = randomCase(random);
      const slow = referencePrice(tariff, circumstances.timeZone, session);
      const fast = rate(compileTariff(tariff, circumstances), session);
      const difference = {
        before: Number(fast.exactBeforeTaxes) - slow.before,
        incl: Number(fast.exactInclTaxes) - slow.incl,
      };
      if (Math.abs(difference.before) > 1e-8 || Math.abs(difference.incl) > 1e-8) {
        throw new Error(JSON.stringify({ seed, i, slow, fast, tariff, circumstances, session }, undefined, 1));
      }
      if (slow.before > 0) costly++;
    }
    expect(costly).toBeGreaterThan(30);
  });
});
