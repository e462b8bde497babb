import { describe, expect, it } from '@jest/globals';
import { nextPageOf, readPage } from './page.js';

const body = (data: unknown) => JSON.stringify({ status_code: 1000, data });
const page = (headers: Record<string, string | string[]>) => readPage({ status: 200, headers, body: body([1]) });

describe('a page of a partner', () => {
  it.each([
    ['<https://a.example/t?offset=2>; rel="next"', 'https://a.example/t?offset=2'],
    ['<https://a.example/t?a=1,2>;rel=next', 'https://a.example/t?a=1,2'],
    ['<https://a.example/p>; rel="prev", <https://a.example/n>; REL="next"', 'https://a.example/n'],
    ['<https://a.example/p>; rel="prev"', undefined],
    ['https://a.example/n', undefined],
    ['', undefined],
  ])('is followed by what its link says: %s', (link, next) => {
    expect(page({ link })).toMatchObject({ objects: [1], link: next });
  });

  it('may be followed by none, and say how many objects there are', () => {
    expect(page({ 'x-total-count': '7' })).toEqual({ objects: [1], total: 7, link: undefined });
    expect(page({ 'x-total-count': 'many', link: ['<a>; rel="next"', '<b>; rel="last"'] })).toEqual({
      ...{ objects: [1], total: undefined, link: 'a' },
    });
  });

  it('is empty without data, and none where its data is no list or its answer is no success', () => {
    expect(readPage({ status: 200, headers: {}, body: body(null) })).toMatchObject({ objects: [] });
    expect(readPage({ status: 200, headers: {}, body: body({}) })).toEqual({ failed: 'its data is no list' });
    expect(readPage({ status: 200, headers: {}, body: '{"status_code":1000,"data":[{' })).toHaveProperty('failed');
    expect(readPage({ status: 429, headers: {}, body: '' })).toEqual({ failed: 'HTTP 429' });
  });
});

it.each([
  ['https://a.example/t?offset=2', 'https://a.example/t?offset=2'],
  ['http://a.example/t?offset=2', 'https://a.example/t?offset=2'],
  ['http://a.example:8080/t?offset=2', 'https://a.example/t?offset=2'],
  ['?offset=2', 'https://a.example/t?offset=2'],
  ['/u?x', 'https://a.example/u?x'],
  ['https://b.example/t', undefined],
  ['https://a.example@b.example/t', undefined],
  ['ftp://[', undefined],
])('the next page %s is %s', (link, next) => {
  expect(nextPageOf(link, 'https://a.example/t?limit=2')).toBe(next);
});
