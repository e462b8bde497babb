import { describe, expect, it } from '@jest/globals';
import { isRepeated } from './cdr-push.service.js';

const refusal = (status_message: string, more: object = {}) =>
  JSON.stringify({ status_code: 2001, status_message, ...more });

describe('a refusal of a CDR says that it is there', () => {
  it.each([
    [409, ''],
    [200, refusal('CDR already exists')],
    [400, refusal('This CDR has already been received.')],
    [200, refusal('Duplicate CDR id')],
  ])('%s %s', (status, body) => {
    expect(isRepeated({ status, body })).toBe(true);
  });
});

describe('a refusal of a CDR says something else', () => {
  it.each([
    [200, refusal('token already expired')],
    [200, refusal('session is already invoiced')],
    [200, refusal('invalid tariff', { data: { hint: 'already exists' } })],
    [400, '<html>already exists</html>'],
    [404, refusal('unknown token')],
  ])('%s %s', (status, body) => {
    expect(isRepeated({ status, body })).toBe(false);
  });
});
