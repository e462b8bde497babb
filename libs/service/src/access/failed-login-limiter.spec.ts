import { describe, expect, it } from '@jest/globals';
import { FailedLoginLimiter } from './failed-login-limiter.js';

describe('guessing a password', () => {
  it('is told to wait after ten tries a minute, and for whoever guesses alone', () => {
    let atS = 0;
    const limiter = new FailedLoginLimiter(() => new Date(atS * 1_000), 10);
    for (let n = 0; n < 10; n++) {
      expect(limiter.failed('192.0.2.1 CP-1')).toBe(0);
      atS += 1;
    }
    expect(limiter.failed('192.0.2.1 CP-1')).toBe(50);
    expect(limiter.failed('192.0.2.1 CP-2')).toBe(0);
    expect(limiter.failed('192.0.2.2 CP-1')).toBe(0);
    atS += 50;
    expect(limiter.failed('192.0.2.1 CP-1')).toBe(0);
  });

  it('is forgotten when the right password comes', () => {
    const limiter = new FailedLoginLimiter(() => new Date(0), 1);
    limiter.failed('192.0.2.1 CP-1');
    limiter.succeeded('192.0.2.1 CP-1');
    expect(limiter.failed('192.0.2.1 CP-1')).toBe(0);
  });
});
