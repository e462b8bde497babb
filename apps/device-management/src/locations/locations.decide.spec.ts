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
});
