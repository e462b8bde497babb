import { describe, expect, it } from '@jest/globals';
import { outgoing } from './outgoing.js';

describe('an outgoing payload', () => {
  it.each([
    ['leaves out what is empty', { a: null, b: {}, c: [], d: undefined, e: { f: null } }, {}],
    ['keeps what only looks empty', { a: 0, b: false, c: '' }, { a: 0, b: false, c: '' }],
    ['keeps the place of list elements', { a: [{}, null, { b: [] }] }, { a: [{}, null, {}] }],
    ['rounds to six decimals', { a: 0.1 + 0.2, b: [1 / 3], c: 12 }, { a: 0.3, b: [0.333333], c: 12 }],
    [
      'cuts timestamps to milliseconds',
      { a: '2026-01-05T10:00:00.123456Z', b: '2026-01-05T10:00:00.1234+01:00', c: '2026-01-05T10:00:00Z' },
      { a: '2026-01-05T10:00:00.123Z', b: '2026-01-05T10:00:00.123+01:00', c: '2026-01-05T10:00:00Z' },
    ],
  ])('%s', (_case, payload, expected) => expect(outgoing('Any', payload)).toStrictEqual(expected));

  it('does not touch the free data of a DataTransfer', () => {
    const payload = { vendorId: 'v', messageId: null, data: { a: null, b: [], c: 0.12345678 } };
    expect(outgoing('DataTransfer', payload)).toStrictEqual({ vendorId: 'v', data: payload.data });
  });

  it('leaves the given payload as it was', () => {
    const payload = Object.freeze({ a: null, b: Object.freeze([1 / 3]) });
    outgoing('Any', payload);
    expect(payload).toStrictEqual({ a: null, b: [1 / 3] });
  });
});
