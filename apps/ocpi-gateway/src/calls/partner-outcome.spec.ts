import { expect, it } from '@jest/globals';
import { partnerOutcome } from './partner-outcome.js';

const now = new Date('2026-03-01T12:00:00.000Z');
const outcome = (status: number, body: string, headers: Record<string, string> = {}) =>
  partnerOutcome({ status, body, headers }, now);
const envelope = (status_code: unknown) => JSON.stringify({ status_code, timestamp: now.toISOString() });

it.each([
  ['success', 200, envelope(1000), 'delivered'],
  ['success of its own', 201, envelope(1001), 'delivered'],
  ['our mistake', 200, envelope(2001), 'rejected'],
  ['our mistake over HTTP', 400, envelope(2001), 'rejected'],
  ['a mistake of the partner', 200, envelope(3000), 'failed'],
  ['a partner that cannot use our API', 200, envelope(3001), 'failed'],
  ['a hub that cannot reach the receiver', 200, envelope(4003), 'failed'],
  ['a hub that knows no such receiver', 200, envelope(4001), 'rejected'],
  ['a status code of nobody', 200, envelope(7000), 'failed'],
  ['an answer that is cut off', 200, envelope(1000).slice(0, -5), 'failed'],
  ['a page of a gateway', 200, '<html></html>', 'failed'],
  ['no status code', 200, '{}', 'failed'],
  ['a failure over HTTP, whatever its envelope says', 500, envelope(1000), 'failed'],
  ['an object that is not known', 404, envelope(2003), 'rejected'],
  ['an address that is not there', 404, '<html></html>', 'failed'],
  ['a token that is not known yet', 401, envelope(2001), 'failed'],
])('%s: HTTP %i %s is %s', (_, status, body, result) => {
  expect(outcome(status, body)).toMatchObject({ result, status });
});

it('waits as long as a partner that throttles us asks', () => {
  expect(outcome(429, '', { 'retry-after': '7' })).toMatchObject({
    result: 'failed',
    throttled: { milliseconds: 7_000 },
  });
  expect(outcome(429, '')).toMatchObject({ result: 'failed', throttled: {} });
});
