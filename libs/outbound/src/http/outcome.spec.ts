import { describe, expect, it } from '@jest/globals';
import { outcomeOf, retryAfter } from './outcome.js';

const now = new Date('2026-05-01T12:00:00Z');
const answer = (status: number, headers = {}) => outcomeOf({ status, headers, body: 'said' }, now);

describe('an answer', () => {
  it.each([200, 201, 202, 204])('%i is a delivery', (status) => {
    expect(answer(status)).toEqual({ result: 'delivered', status, answer: 'said' });
  });

  it.each([400, 405, 409, 410, 413, 422])('%i is final', (status) => {
    expect(answer(status)).toEqual({ result: 'rejected', status, answer: 'said' });
  });

  it.each([301, 302, 307, 401, 403, 404, 408, 425, 500, 502, 504])('%i is tried again', (status) => {
    expect(answer(status)).toMatchObject({ result: 'failed', status, answer: 'said' });
    expect(answer(status)).not.toHaveProperty('throttled.milliseconds');
  });

  it.each([429, 503])('%i throttles the whole destination, for as long as it says', (status) => {
    expect(answer(status, { 'retry-after': '120' })).toMatchObject({ throttled: { milliseconds: 120_000 } });
    expect(answer(status)).toMatchObject({ throttled: {} });
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Fri, 01 May 2026 12:01:30 GMT', 90_000],
    ['Fri, 01 May 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    [undefined, undefined],
    [['7', '9'], 7_000],
  ])('%p is %p ms', (header, milliseconds) => {
    expect(retryAfter(header, now)).toBe(milliseconds);
  });
});
