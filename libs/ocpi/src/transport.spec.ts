import { describe, expect, it } from '@jest/globals';
import { echoed } from './correlation.js';
import { envelope, fault, statusCodes } from './envelope.js';
import { listHeaders, readListQuery } from './paging.js';
import { tokensOf } from './token.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the token of a request', () => {
  it.each([
    ['base64, as 2.2 and later have it', `Token ${base64('secret-1')}`, 'secret-1'],
    ['base64 with the newline of the example in the specification', `Token ${base64('secret-1\n')}`, 'secret-1'],
    ['as it stands, as 2.1.1 has it', 'Token b1946ac9-2492-4d23-9f0c', 'b1946ac9-2492-4d23-9f0c'],
    ['raw although it could be base64', 'Token abcdefgh', 'abcdefgh'],
    ['with the word in another case', `token ${base64('secret-1')}`, 'secret-1'],
  ])('is found in %s', (_, header, token) => {
    expect(tokensOf(header)).toContain(token);
  });

  it.each([undefined, '', 'Token', 'Bearer abc', 'Token a b'])('is not there in %p', (header) => {
    expect(tokensOf(header)).toEqual([]);
  });
});

describe('an answer', () => {
  const now = new Date('2026-03-01T12:00:00Z');

  it('wraps its data', () => {
    expect(envelope([1], now)).toEqual({
      data: [1],
      status_code: 1000,
      status_message: 'Success',
      timestamp: '2026-03-01T12:00:00.000Z',
    });
  });

  it('says what was wrong, without data', () => {
    const answer = fault(statusCodes.invalidParameters, 'no', now);
    expect(answer).toMatchObject({ status_code: 2001, status_message: 'no' });
    expect(answer).not.toHaveProperty('data');
  });

  it('repeats the ids of its request', () => {
    expect(echoed({ 'x-request-id': 'r', 'x-correlation-id': 'c', host: 'h' })).toEqual({
      'X-Request-ID': 'r',
      'X-Correlation-ID': 'c',
    });
    expect(echoed({ 'x-request-id': 'r'.repeat(1_000) })).toEqual({});
  });
});

describe('the query of a list', () => {
  it('has our defaults', () => {
    expect(readListQuery({}, 50)).toEqual({ offset: 0, limit: 50 });
  });

  it('is lowered to our limit', () => {
    expect(readListQuery({ limit: '1000', offset: '20' }, 50)).toEqual({ offset: 20, limit: 50 });
    expect(readListQuery({ limit: '10' }, 50).limit).toBe(10);
  });

  it.each([
    ['with a Z', '2026-03-01T12:00:00Z'],
    ['without a zone, which is UTC', '2026-03-01T12:00:00'],
    ['with an offset', '2026-03-01T13:00:00+01:00'],
    ['with an offset whose plus was not escaped', '2026-03-01T13:00:00 01:00'],
  ])('reads a time %s', (_, date_from) => {
    expect(readListQuery({ date_from }, 50).dateFrom).toEqual(new Date('2026-03-01T12:00:00Z'));
  });

  it.each([
    { date_from: 'yesterday' },
    { date_to: '2026-13-01T00:00:00Z' },
    { date_from: ['2026-03-01T12:00:00Z', '2026-03-02T12:00:00Z'] },
    { offset: '-1' },
    { offset: '99999999999' },
    { limit: '0' },
    { limit: 'ten' },
    { cursor: "1'; DROP" },
  ])('refuses %j', (query) => {
    expect(() => readListQuery(query, 50)).toThrow(expect.objectContaining({ name: 'InvalidQuery' }));
  });
});

describe('the headers of a list', () => {
  const url = 'https://cpo.example/ocpi/cpo/2.2.1/cdrs';
  const query = readListQuery({ date_from: '2026-03-01T12:00:00Z', offset: '40', limit: '20' }, 50);

  it('lead to the next page by an absolute address that keeps the filters', () => {
    const headers = listHeaders(url, query, { total: 90, maxLimit: 50, next: { cursor: '17' } });
    expect(headers).toMatchObject({ 'X-Total-Count': '90', 'X-Limit': '50' });
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(headers['Link'] ?? '') ?? [];
    expect(next.startsWith(`${url}?`)).toBe(true);
    expect(Object.fromEntries(new URL(next).searchParams)).toEqual({
      date_from: '2026-03-01T12:00:00.000Z',
      offset: '60',
      limit: '20',
      cursor: '17',
    });
  });

  it('have no Link on the last page', () => {
    expect(listHeaders(url, query, { total: 60, maxLimit: 50 })).not.toHaveProperty('Link');
  });
});
