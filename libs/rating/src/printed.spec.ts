import { expect, it } from '@jest/globals';
import { divideRounded, formatScaled } from '@chargemesh/money';
import { Random } from '../testing/random.js';
import { PRINTED_DIGITS, formatAmount, formatHours, formatKwh } from './printed.js';

const random = new Random(18);
const ONE = 10n ** BigInt(PRINTED_DIGITS);

it('amounts are written like any scaled integer, whatever their size and sign', () => {
  const nines = BigInt(Number.MAX_SAFE_INTEGER) * 10n ** 9n;
  const edges = [0n, 1n, 10n ** 9n, 10n ** 17n, ONE, 5n * ONE, nines, nines + 1n, 10n ** 30n];
  const others = Array.from({ length: 2_000 }, () => {
    return BigInt(random.integer(0, 2 ** 31)) * 10n ** BigInt(random.integer(0, 20)) + BigInt(random.integer(0, 1e9));
  });
  for (const amount of [...edges, ...others].flatMap((one) => [one, -one])) {
    expect(formatAmount(amount)).toBe(formatScaled(amount, PRINTED_DIGITS));
  }
});

it('hours are written to 18 decimals, and kWh to the microwatt-hour', () => {
  for (let count = 0; count < 2_000; count++) {
    const ms = random.integer(0, 400 * 24 * 3_600_000);
    const hours = divideRounded(BigInt(ms) * ONE, 3_600_000n);
    expect(formatHours(ms)).toBe(formatScaled(hours, PRINTED_DIGITS));
    const uwh = random.integer(0, 1e9) * random.integer(1, 1e5);
    expect(formatKwh(uwh)).toBe(formatScaled(BigInt(uwh), 9));
  }
});
