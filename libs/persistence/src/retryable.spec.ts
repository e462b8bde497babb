import { describe, expect, it } from '@jest/globals';
import { isTransient } from './retryable.js';

const failure = (code: string) => Object.assign(new Error('failed'), { code });

describe('a failure', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '40001', '40P01', '55P03', '57P01', '53300', '08006'])(
    '%s is retryable',
    (code) => {
      expect(isTransient(failure(code))).toBe(true);
    },
  );

  it.each(['23505', '42P01', '22P02', '42501'])('%s comes again however often it is tried', (code) => {
    expect(isTransient(failure(code))).toBe(false);
  });

  it('of a lost connection without a code is retryable', () => {
    expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true);
  });

  it('in our own code is not', () => {
    expect(isTransient(new TypeError('x is not a function'))).toBe(false);
  });
});
