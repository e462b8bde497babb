import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@chargemesh/testing';
import { Attempts } from './attempts.js';

describe('guessing a password', () => {
  it('ends after ten tries a minute, for that identity alone', () => {
    const clock = new ManualClock('2026-03-01T12:00:00Z');
    const attempts = new Attempts(() => clock.now(), 10);
    for (let n = 0; n < 10; n++) {
      expect(attempts.waitS('CP-1')).toBe(0);
      attempts.failed('CP-1');
      clock.advance(1);
    }
    expect(attempts.waitS('CP-1')).toBe(50);
    expect(attempts.waitS('CP-2')).toBe(0);
    clock.advance(50);
    expect(attempts.waitS('CP-1')).toBe(0);
  });

  it('is forgotten when the right password comes', () => {
    const attempts = new Attempts(() => new Date(0), 1);
    attempts.failed('CP-1');
    attempts.succeeded('CP-1');
    expect(attempts.waitS('CP-1')).toBe(0);
  });
});
