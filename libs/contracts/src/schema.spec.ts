import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { Currency, Instant, Uuid, oneOf } from './fields.js';
import { isInstant, validator } from './schema.js';

it('a word that is none of a list is refused with the list', () => {
  expect(() => validator(oneOf('a', 'b'))('c')).toThrow('/ must be one of a, b');
});

it.each([
  [Currency, '/ must be an ISO 4217 code, such as EUR'],
  [Uuid, '/ must be a UUID'],
  [Instant, '/ must be an instant of RFC 3339, such as 2026-01-05T10:00:00Z'],
  [Type.String({ pattern: '^a$' }), '/ must match pattern "^a$"'],
])('a text of another shape is refused with what it has to be', (schema, message) => {
  expect(() => validator(schema)('what')).toThrow(message);
});

describe('an instant', () => {
  it.each([
    ['2026-01-05T10:00:00Z', true],
    ['2026-01-05T10:00:00.123456789Z', true],
    ['2026-01-05T10:00:00-05:30', true],
    ['2028-02-29T23:59:59Z', true],
    ['2026-02-29T10:00:00Z', false],
    ['2026-04-31T10:00:00Z', false],
    ['2000-02-29T10:00:00Z', true],
    ['2100-02-29T10:00:00Z', false],
    ['2026-13-01T10:00:00Z', false],
    ['2026-01-00T10:00:00Z', false],
    ['2026-12-31T23:59:60Z', false],
    ['2026-01-05T24:30:00Z', false],
    ['0000-12-31T23:59:59Z', false],
    ['0001-01-01T00:00:00Z', true],
    ['0001-01-01T00:00:00+01:00', false],
    ['9999-12-31T23:59:59.999999Z', true],
    ['9999-12-31T23:59:59-01:00', false],
    ['2026-01-05T10:00:00', false],
    ['2026-01-05', false],
    ['noon', false],
  ])('%s: %s', (text, valid) => expect(isInstant(text)).toBe(valid));
});
