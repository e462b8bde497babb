import { expect, it } from '@jest/globals';
import { isCurrent, passwordOf, slotOf } from './one-time-passwords.js';

const rules = { secret: 'secure!Charging!', validityS: 30, length: 12 };
const at = new Date(1_718_611_200_000);

/** Known answers of the white paper on time-based one-time passwords for charging stations. */
it.each<[number, number, number, string]>([
  [1_718_611_200_000, 30, -1, 'QT1cCdKsIb9e'],
  [1_718_611_200_000, 30, 0, 'akF3c7qY2uiu'],
  [1_718_611_200_000, 30, 1, '1U70OgaBA48M'],
  [1_716_423_785_000, 30, 0, 'CN63y502maVh'],
  [1_716_423_785_000, 60, 0, 'XJZr0L1DGKn0'],
])('at %d ms, valid for %d s, %d slots away, the password is known', (ms, validityS, step, password) => {
  const of = { ...rules, validityS };
  expect(passwordOf(of, slotOf(of, new Date(ms)) + step)).toBe(password);
});

it.each([
  [-60, false],
  [-30, true],
  [0, true],
  [30, true],
  [60, false],
])('a password that is %d s away is taken: %s', (seconds, isTaken) => {
  const then = new Date(at.getTime() + seconds * 1_000);
  expect(isCurrent(rules, passwordOf(rules, slotOf(rules, then)), at)).toBe(isTaken);
});

it.each(['', 'akF3c7qY2ui', 'akF3c7qY2uiuu', 'AKF3C7QY2UIU', 'x'.repeat(10_000)])('%s is no password', (given) => {
  expect(isCurrent(rules, given, at)).toBe(false);
});
