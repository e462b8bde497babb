import { describe, expect, it } from '@jest/globals';
import { causeChain, isTransient } from './retryable.js';

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

  it('of one of several addresses is retryable, also beneath another error', () => {
    const several = new AggregateError([failure('ECONNREFUSED'), new TypeError('x')]);
    expect(isTransient(new Error('x', { cause: several }))).toBe(true);
  });

  it('in our own code is not', () => {
    expect(isTransient(new TypeError('x is not a function'))).toBe(false);
  });
});

describe('what caused a failure', () => {
  const messages = (error: unknown) => causeChain(error).map(({ message }) => message);

  it('is its cause, the members of that, and their causes', () => {
    const members = [new Error('a', { cause: new Error('beneath a') }), new Error('b')];
    expect(messages(new Error('top', { cause: new AggregateError(members, 'several') }))).toEqual([
      'top',
      'several',
      'a',
      'beneath a',
      'b',
    ]);
  });

  it('is itself once, when it is its own cause', () => {
    const error = new Error('round and round');
    error.cause = error;
    expect(messages(error)).toEqual(['round and round']);
  });

  it('is nothing, when no error was thrown', () => expect(messages('a text')).toEqual([]));
});
