import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { Currency, Instant, Uuid, oneOf } from './fields.js';
import { isInstant, validator, violations } from './schema.js';

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

describe('everything that is wrong with a value', () => {
  const Start = Type.Object({ name: Type.Literal('start'), evseId: Type.Integer({ minimum: 1 }) });
  const Stop = Type.Object({ name: Type.Literal('stop'), id: Type.String({ minLength: 1 }) });
  const Order = Type.Object({
    currency: Currency,
    note: Type.Union([Type.String({ maxLength: 3 }), Type.Null()]),
    steps: Type.Array(Type.Union([Start, Stop])),
  });
  const wrong = violations(Order);

  it('is named at once, what is missing where it would be', () => {
    expect(wrong({ currency: 'euro', note: 'long', steps: {} })).toEqual([
      { pointer: '/currency', rule: 'pattern', detail: 'must be an ISO 4217 code, such as EUR' },
      { pointer: '/note', rule: 'maxLength', detail: 'must NOT have more than 3 characters' },
      { pointer: '/steps', rule: 'type', detail: 'must be array' },
    ]);
    expect(wrong({}).map(({ pointer, detail }) => [pointer, detail])).toEqual([
      ['/currency', 'is missing'],
      ['/note', 'is missing'],
      ['/steps', 'is missing'],
    ]);
    expect(wrong('text')).toEqual([{ pointer: '', rule: 'type', detail: 'must be object' }]);
  });

  it('is told of the member of a union that is meant', () => {
    const steps = [{ name: 'stop', id: '' }, { name: 'start' }, { name: 'stert' }, 5];
    expect(wrong({ currency: 'EUR', note: null, steps })).toEqual([
      { pointer: '/steps/0/id', rule: 'minLength', detail: 'must NOT have fewer than 1 characters' },
      { pointer: '/steps/1/evseId', rule: 'required', detail: 'is missing' },
      { pointer: '/steps/2/name', rule: 'enum', detail: 'must be one of start, stop; start is meant?' },
      { pointer: '/steps/3', rule: 'type', detail: 'must be object' },
    ]);
    expect(wrong({ currency: 'EUR', note: 5, steps: [] })).toEqual([
      { pointer: '/note', rule: 'type', detail: 'must be string or null' },
    ]);
  });
});
