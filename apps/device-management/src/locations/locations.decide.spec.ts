import { describe, expect, it } from '@jest/globals';
import { placed } from './locations.decide.js';

const id = { locationId: 'l', operatorId: 'o' };
const body = {
  name: 'Depot',
  address: 'Street 1',
  city: 'Berlin',
  country: 'DEU',
  coordinates: { latitude: '52.520008', longitude: '13.404954' },
  timeZone: 'Europe/Berlin',
};

describe('placing a location', () => {
  it('publishes it unless told otherwise', () => {
    expect(placed(null, id, body)).toMatchObject({ version: 1, publish: true });
    expect(placed(null, id, { ...body, publish: false })).toMatchObject({ publish: false });
  });

  it('changes nothing when it is so already', () => {
    expect(placed(placed(null, id, body) ?? null, id, body)).toBeUndefined();
  });

  it('brings a deleted one back', () => {
    const deleted = { ...placed(null, id, body)!, deleted: true, version: 4 };
    expect(placed(deleted, id, body)).toMatchObject({ deleted: false, version: 5 });
  });

  it('refuses a time zone that is none', () => {
    expect(() => placed(null, id, { ...body, timeZone: 'Europe/Nowhere' })).toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    );
  });

  const day = { weekday: 1, periodBegin: '07:00', periodEnd: '18:00' };
  const closing = { periodBegin: '2026-12-24T12:00:00Z', periodEnd: '2026-12-27T00:00:00Z' };

  it('takes what access points want to know', () => {
    const more = {
      ...{ helpPhone: '+49 30 123', nuts1: 'DE3' },
      openingTimes: { twentyfourseven: false, regularHours: [day], exceptionalClosings: [closing] },
    };
    expect(placed(null, id, { ...body, ...more })).toMatchObject(more);
    expect(placed(null, id, body)).toMatchObject({ helpPhone: null, nuts1: null, openingTimes: null });
  });

  it.each([
    ['a number', 52.5, '52.50000'],
    ['a whole number', 13, '13.00000'],
    ['a tiny number', 1e-7, '0.0000001'],
    ['short text', '-52.5', '-52.50000'],
    ['text of OCPI, to the letter', '52.520000', '52.520000'],
    ['text with more digits than OCPI has', '52.1234567891', '52.1234568'],
    ['text with a zero before it', '052.520008', '52.520008'],
  ])('spells a latitude as OCPI does that is %s', (_, latitude, ocpi) => {
    const given = { ...body, coordinates: { latitude, longitude: '13.404954' } };
    expect(placed(null, id, given)).toMatchObject({ coordinates: { latitude: ocpi, longitude: '13.404954' } });
  });

  it.each([
    ['a latitude beyond a pole', { coordinates: { latitude: 90.5, longitude: 13 } }],
    ['a longitude beyond the date line', { coordinates: { latitude: '52.5', longitude: '-180.1' } }],
    ['a country that is none', { country: 'XYZ' }],
    ['regular hours where it is open all the time', { openingTimes: { twentyfourseven: true, regularHours: [day] } }],
    ['no hours at all', { openingTimes: { twentyfourseven: false } }],
    [
      'hours over midnight in one',
      {
        openingTimes: { twentyfourseven: false, regularHours: [{ ...day, periodBegin: '22:00', periodEnd: '06:00' }] },
      },
    ],
    [
      'a closing that ends before it begins',
      {
        openingTimes: {
          twentyfourseven: true,
          exceptionalClosings: [{ periodBegin: closing.periodEnd, periodEnd: closing.periodBegin }],
        },
      },
    ],
  ])('refuses %s', (_what, more) => {
    expect(() => placed(null, id, { ...body, ...more })).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });
});
