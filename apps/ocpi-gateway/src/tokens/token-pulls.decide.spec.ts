import { describe, expect, it } from '@jest/globals';
import { type TokenPull, begun, ended, failed, isWhole } from './token-pulls.decide.js';

const times = { everyMs: 60_000, allEveryMs: 86_400_000 };
const now = new Date('2026-03-01T12:00:00Z');
const after = (milliseconds: number) => new Date(now.getTime() + milliseconds);
const pull: TokenPull = {
  ...{ operatorId: 'o', partnerId: 'p', connectedAt: now, nextAt: now, beganAt: null, since: null, nextUrl: null },
  ...{ pages: 0, objects: 0, unreadable: 0, pulledAt: null, pulledAllAt: null, failures: 0, failed: null },
};

describe('a pull', () => {
  it('is of all tokens the first time, of what changed after that, and of all again after a day', () => {
    expect(begun(pull, now, times)).toMatchObject({ beganAt: now, since: null });
    const first = ended(begun(pull, now, times), after(5_000), times);
    expect(first).toMatchObject({ beganAt: null, pulledAt: now, pulledAllAt: now, nextAt: after(65_000) });
    const second = begun(first, after(65_000), times);
    expect(second).toMatchObject({ beganAt: after(65_000), since: after(-600_000) });
    expect(ended(second, after(66_000), times)).toMatchObject({ pulledAt: after(65_000), pulledAllAt: now });
    expect(begun(first, after(times.allEveryMs), times).since).toBeNull();
  });

  it('goes on with the list that it has in hand', () => {
    const inHand = { ...begun(pull, now, times), nextUrl: 'https://a.example/2', pages: 1, objects: 7 };
    expect(begun(inHand, after(1_000), times)).toEqual(inHand);
  });

  it('that fails waits longer each time, as long as the partner wants, and an hour at most', () => {
    const why = { failed: 'HTTP 500', isOfList: false };
    const waits = (failures: number, retryAfterMs?: number) =>
      failed({ ...pull, failures }, { ...why, retryAfterMs }, now, times).nextAt.getTime() - now.getTime();
    expect([0, 1, 2, 50].map((failures) => waits(failures))).toEqual([60_000, 120_000, 240_000, 3_600_000]);
    expect([waits(0, 90_000), waits(0, 9e9)]).toEqual([90_000, 3_600_000]);
  });

  it('tries a page three times, and then begins its list anew; at once, if nothing behind it can be read', () => {
    const inHand = { ...begun(pull, now, times), nextUrl: 'https://a.example/2', objects: 7 };
    const once = failed(inHand, { failed: 'x'.repeat(600), isOfList: false }, now, times);
    expect(once).toMatchObject({ nextUrl: 'https://a.example/2', objects: 7, failed: 'x'.repeat(500) });
    const anew = { nextUrl: null, beganAt: null, objects: 0 };
    expect(failed({ ...once, failures: 2 }, { failed: '', isOfList: false }, now, times)).toMatchObject(anew);
    expect(failed(inHand, { failed: '', isOfList: true }, now, times)).toMatchObject(anew);
  });

  it.each<[string, Partial<TokenPull>, number | undefined, boolean]>([
    ['has all tokens', {}, 5, true],
    ['does not say how many there are', {}, undefined, false],
    ['has what changed alone', { since: now }, 5, false],
    ['has less than there are', {}, 6, false],
    ['has nothing', { objects: 0 }, 0, false],
    ['has what cannot be read', { unreadable: 1 }, 5, false],
  ])('whose list %s says what is no longer valid: %s', (_, more, total, says) => {
    expect(isWhole({ ...pull, objects: 5, ...more }, total)).toBe(says);
  });
});
