import { describe, expect, it } from '@jest/globals';
import type { Outcome } from './call.js';
import { BREAKER_OPENS_AFTER, type Tried, afterAttempt } from './retry.decide.js';

const now = new Date('2026-05-01T12:00:00Z');
const failed: Outcome = { result: 'failed', error: 'connection refused' };
const tried = (given: Partial<Tried> = {}): Tried => ({
  attempts: 1,
  expiresAt: new Date(now.getTime() + 7 * 86_400_000),
  failures: 0,
  now,
  random: 0.5,
  ...given,
});
const secondsTo = (time: Date | undefined) => time && (time.getTime() - now.getTime()) / 1_000;

describe('an attempt', () => {
  it.each(['delivered', 'rejected'] as const)('that is %s settles the call, and its destination is there', (result) => {
    expect(afterAttempt({ result }, tried({ failures: 9 }))).toEqual({ state: result, failures: 0 });
  });

  it.each([
    [1, 1],
    [2, 2],
    [5, 16],
    [10, 512],
    [11, 900],
    [400, 900],
  ])('that fails for the %i. time is tried again after %i s', (attempts, seconds) => {
    const settled = afterAttempt(failed, tried({ attempts }));
    expect(settled).toMatchObject({ state: 'waiting', failures: 1 });
    expect(secondsTo(settled.nextAt)).toBe(seconds);
    expect(settled.notBefore).toBeUndefined();
  });

  it('is spread by a quarter to both sides', () => {
    const spread = [0, 1].map((random) => secondsTo(afterAttempt(failed, tried({ attempts: 5, random })).nextAt));
    expect(spread).toEqual([12, 20]);
  });

  it('that fails when others failed before opens the breaker, for longer each time', () => {
    const left = [0, 1, 2, 20].map((more) => {
      const settled = afterAttempt(failed, tried({ failures: BREAKER_OPENS_AFTER - 1 + more }));
      return secondsTo(settled.notBefore);
    });
    expect(left).toEqual([5, 10, 20, 300]);
  });

  it.each([
    ['for so long as it says', { milliseconds: 120_000 }, 120],
    ['for a day at most', { milliseconds: 30 * 86_400_000 }, 86_400],
    ['for as long as the call, if it does not say', {}, 1],
  ])('that is throttled pauses its destination %s', (_, throttled, seconds) => {
    const settled = afterAttempt({ ...failed, throttled } as Outcome, tried());
    expect([secondsTo(settled.notBefore), secondsTo(settled.nextAt)]).toEqual([seconds, seconds]);
  });

  it('that could be repeated only after its time is the last', () => {
    const settled = afterAttempt(failed, tried({ attempts: 30, expiresAt: new Date(now.getTime() + 60_000) }));
    expect(settled).toEqual({ state: 'expired', failures: 1 });
  });
});
