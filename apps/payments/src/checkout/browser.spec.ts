import { describe, expect, it } from '@jest/globals';
import type { HttpRequest, HttpResponse } from '@chargemesh/service';
import { attemptOf, isForeign } from './browser.js';

const from = (headers: Record<string, string>, secure = false) =>
  ({ get: (name: string) => ({ host: 'pay.example', ...headers })[name], secure }) as unknown as HttpRequest;

describe('a form', () => {
  it.each<[Record<string, string>, boolean]>([
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://pay.example' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://pay.example' }, true],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://shop.example' }, true],
    [{ origin: 'https://pay.example' }, false],
    [{ origin: 'https://other.example' }, true],
    [{ origin: 'null' }, true],
    [{}, false],
  ])('is foreign by what its browser says: %j', (headers, foreign) => {
    expect(isForeign(from(headers))).toBe(foreign);
  });
});

describe('the attempts of a browser', () => {
  function attempt(request: HttpRequest): { attempt: string; cookie: string } {
    let cookie = '';
    const response = { append: (_: string, value: string) => (cookie = value) } as unknown as HttpResponse;
    return { attempt: attemptOf(request, response), cookie };
  }

  it('are told apart by a cookie that scripts and other sites have not', () => {
    const first = attempt(from({}, true));
    expect(first.cookie).toMatch(/^attempt=[\w-]{22}; Path=\/pay; .*HttpOnly; SameSite=Lax; Secure$/);
    expect(attempt(from({ cookie: `a=b; attempt=${first.attempt}` }))).toEqual({ attempt: first.attempt, cookie: '' });
  });

  it.each(['short', 'x'.repeat(23), "'; DROP TABLE--12345678"])('take no cookie that was not given: %s', (value) => {
    expect(attempt(from({ cookie: `attempt=${value}` })).attempt).not.toBe(value);
  });
});
