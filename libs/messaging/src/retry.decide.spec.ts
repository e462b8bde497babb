import { describe, expect, it } from '@jest/globals';
import { nextTry } from './retry.decide.js';

const pauseAt = (ageMs: number) => nextTry(new Date(0), new Date(ageMs)).getTime() - ageMs;

describe('what waits is tried again', () => {
  it.each([
    ['at once at first', 0, 100],
    ['after a quarter of the time that it has waited', 60_000, 15_000],
    ['every five minutes at the latest, for ever', 30 * 86_400_000, 300_000],
    ['soon, when clocks differ', -5_000, 100],
  ])('%s', (_, age, pause) => expect(pauseAt(age)).toBe(pause));
});
