import { describe, expect, it } from '@jest/globals';
import { membersMeant } from './members.js';
import type { Schema } from './schema.js';

const schema: Schema = {
  type: 'object',
  additionalProperties: false,
  definitions: { Kind: { type: 'string', enum: ['Red'] } },
  properties: {
    meterStop: { type: 'integer' },
    meterValue: { type: 'array', items: { type: 'object' } },
    kinds: { type: 'array', items: { $ref: '#/definitions/Kind' } },
    entry: { type: 'array', items: { type: 'object' } },
    periods: { type: 'array', items: { type: 'object' } },
    status: { type: 'string' },
  },
};
const namesOf = (said: object, of = schema) =>
  membersMeant(said, of, of).flatMap(({ key, name, isDisputed }) =>
    name ? [`${key}=${name}${isDisputed ? '?' : ''}`] : [],
  );

describe('the name that is meant by a member', () => {
  it.each<[said: object, ...meant: string[]]>([
    [{ meterStop: 1 }, 'meterStop=meterStop'],
    [{ meterstop: 1 }, 'meterstop=meterStop'],
    [{ Meter_Stop: 1 }, 'Meter_Stop=meterStop'],
    [{ 'meter-stop': 1 }, 'meter-stop=meterStop'],
    [{ meterValues: [] }, 'meterValues=meterValue'],
    [{ METER_VALUES: {} }, 'METER_VALUES=meterValue'],
    [{ entries: [] }, 'entries=entry'],
    [{ period: [] }, 'period=periods'],
    [{ statuses: 'Accepted' }, 'statuses=status'],
    [{ meterStops: 5 }, 'meterStops=meterStop'],
    [{ kind: 'Red' }, 'kind=kinds'],
  ])('%j', (said, ...meant) => expect(namesOf(said)).toEqual(meant));

  it.each([
    ['another word', { meterStopped: 1 }],
    ['a plural that counts where a list belongs', { meterValues: 5 }],
    ['a plural that lists where one value belongs', { meterStops: [1, 2] }],
  ])('is none of %s', (_what, said) => expect(namesOf(said)).toEqual([]));

  it('is that of the member which is more like it, and says something', () => {
    expect(namesOf({ meterValues: [1], meterValue: [2] })).toEqual(['meterValue=meterValue']);
    expect(namesOf({ meterValue: null, meterValues: [1] })).toEqual(['meterValues=meterValue']);
    expect(namesOf({ meter_values: [1], METERVALUE: [1] })).toEqual(['METERVALUE=meterValue']);
  });

  it('is in doubt where two that are alike say different things', () => {
    expect(namesOf({ MeterStop: 1, meterstop: 2 })).toEqual(['MeterStop=meterStop?']);
    expect(namesOf({ MeterStop: 1, meterstop: 1 })).toEqual(['MeterStop=meterStop']);
  });

  it('is its own where any member may stand', () => {
    expect(namesOf({ periodss: 1, period: [] }, { ...schema, additionalProperties: true })).toEqual([]);
  });
});
