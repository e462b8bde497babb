import { describe, expect, it } from '@jest/globals';
import { readAnswer } from './answer.js';

const envelope = (status_code: unknown, more: object = {}) => JSON.stringify({ status_code, ...more });

describe("a partner's answer", () => {
  it.each([
    [200, envelope(1000, { data: [1] }), [1]],
    [201, envelope(1999, { data: {} }), {}],
    [200, envelope(1000), undefined],
    [200, envelope(1000, { data: null }), null],
  ])('succeeds: %s %s', (status, body, data) => {
    expect(readAnswer({ status, body })).toEqual({ data });
  });

  it.each([
    [200, envelope(2001, { status_message: 'no token' }), 'status_code 2001: no token'],
    [200, envelope(3000), 'status_code 3000'],
    [200, envelope('1000'), 'HTTP 200, but no status_code'],
    [200, envelope(999), 'status_code 999'],
    [200, '<html>', 'HTTP 200, but its body is no JSON object'],
    [200, '[]', 'HTTP 200, but its body is no JSON object'],
    [204, '', 'HTTP 204, but its body is no JSON object'],
    [302, '', 'HTTP 302'],
    [401, '', 'HTTP 401'],
    [500, envelope(1000), 'HTTP 500'],
    [404, envelope(2003, { status_message: 'x'.repeat(300) }), `HTTP 404: ${'x'.repeat(200)}`],
  ])('fails: %s %s', (status, body, failed) => {
    expect(readAnswer({ status, body })).toMatchObject({ failed, status });
  });
});
