import { describe, expect, it } from '@jest/globals';
import { ConnectorStandard, ParkingRestriction, PaymentDevice, validator } from '@chargemesh/contracts';
import { type ToldConnector, type ToldLocation, ocpiLocation } from './location.js';
import { EvseStatus, Location221, Location230 } from './schema.js';

const cpo = { countryCode: 'DE', partyId: 'ABC', name: 'An operator' };
const at = '2026-03-01T12:00:00.000Z';
const as221 = validator(Location221);
const as230 = validator(Location230);

const connector = (standard = 'IEC_62196_T2_COMBO', connectorId = 1): ToldConnector => ({
  ...{ connectorId, standard, format: 'CABLE', powerType: 'DC', maxVoltage: 920, maxAmperage: 500, maxPowerW: 300_000 },
  ...{ capabilities: ['ISO_15118_2_PLUG_AND_CHARGE'], lastUpdated: at },
});

/** All that can be known of a location. */
const whole: ToldLocation = {
  locationId: '01900000-0000-7000-8000-00000000000a',
  place: {
    ...{ name: 'A place', address: 'Street 1', city: 'Berlin', postalCode: '10117', country: 'DEU' },
    coordinates: { latitude: '52.52000', longitude: '13.40495' },
    ...{ timeZone: 'Europe/Berlin', helpPhone: '+49 30 1234567' },
    openingTimes: {
      twentyfourseven: false,
      regularHours: [{ weekday: 1, periodBegin: '08:00', periodEnd: '20:00' }],
      exceptionalOpenings: [{ periodBegin: '2026-03-08T10:00:00+01:00', periodEnd: '2026-03-08T12:00:00+01:00' }],
      exceptionalClosings: [],
    },
  },
  evses: [
    {
      ...{ evseUid: 'evse-1', evseRef: 'DE*ABC*E1', status: 'AVAILABLE', paymentDevices: ['CHIP_CARD_SUPPORT'] },
      parkingRestrictions: ['EV_ONLY', 'TAXIS'],
      parkingSpaces: [
        {
          ...{ parkingId: 'p1', vehicleTypes: ['VAN'], restrictedToType: true, reservationRequired: false },
          ...{ timeLimitMin: 240, roofed: true, lighting: false },
        },
      ],
      ...{ connectors: [connector()], lastUpdated: at },
    },
    { evseUid: 'evse-2', status: 'REMOVED', connectors: [connector('CHADEMO')], lastUpdated: at },
  ],
  lastUpdated: at,
};

describe('a location', () => {
  it('is told whole in 2.3.0', () => {
    expect(as230(ocpiLocation(whole, cpo, '2.3.0'))).toMatchObject({
      ...{
        country_code: 'DE',
        party_id: 'ABC',
        publish: true,
        help_phone: '+49 30 1234567',
        operator: { name: cpo.name },
      },
      opening_times: {
        regular_hours: [{ weekday: 1, period_begin: '08:00', period_end: '20:00' }],
        exceptional_openings: [{ period_begin: '2026-03-08T09:00:00.000Z', period_end: '2026-03-08T11:00:00.000Z' }],
      },
      parking_places: [{ id: 'p1', vehicle_types: ['VAN'], time_limit: 240, roofed: true, lighting: false }],
      evses: [
        {
          ...{ uid: 'evse-1', evse_id: 'DE*ABC*E1', status: 'AVAILABLE', capabilities: ['CHIP_CARD_SUPPORT'] },
          ...{ parking: [{ parking_id: 'p1' }], parking_restrictions: ['EV_ONLY', 'TAXIS'] },
          connectors: [{ id: '1', max_electric_power: 300_000, capabilities: ['ISO_15118_2_PLUG_AND_CHARGE'] }],
        },
        { uid: 'evse-2', status: 'REMOVED' },
      ],
    });
  });

  it('is told in 2.2.1 without what that version has no words for', () => {
    const told = as221(ocpiLocation(whole, cpo, '2.2.1'));
    const [first] = told.evses ?? [];
    expect(told).not.toHaveProperty('help_phone');
    expect(told).not.toHaveProperty('parking_places');
    expect(first).not.toHaveProperty('parking');
    expect(first?.parking_restrictions).toEqual(['EV_ONLY']);
    expect(first?.connectors[0]).not.toHaveProperty('capabilities');
  });

  it.each([
    ['MCS', 'IEC_62196_T2_COMBO'],
    ['SAE_J3400', 'TESLA_S'],
  ])('is told with the nearest connector that 2.2.1 has: %s as %s', (standard, near) => {
    const evses = [{ ...whole.evses[0]!, connectors: [connector(standard)] }];
    const standardIn = (version: '2.2.1' | '2.3.0') =>
      ocpiLocation({ ...whole, evses }, cpo, version).evses?.[0]?.connectors[0]?.standard;
    expect([standardIn('2.2.1'), standardIn('2.3.0')]).toEqual([near, standard]);
  });

  it('fits the schema of each version with any word that we have', () => {
    const evses = EvseStatus.enum.map((status) => ({
      ...{ evseUid: status, status, paymentDevices: PaymentDevice.enum, parkingRestrictions: ParkingRestriction.enum },
      connectors: ConnectorStandard.enum.map((standard, index) => connector(standard, index + 1)),
      lastUpdated: at,
    }));
    expect(() => as221(ocpiLocation({ ...whole, evses }, cpo, '2.2.1'))).not.toThrow();
    expect(() => as230(ocpiLocation({ ...whole, evses }, cpo, '2.3.0'))).not.toThrow();
  });

  it('leaves out what is not known, and lists of nothing', () => {
    const { name, address, city, country, coordinates, timeZone } = whole.place;
    const place = { name, address, city, country, coordinates, timeZone };
    const told = ocpiLocation({ ...whole, place, evses: [] }, cpo, '2.3.0');
    expect(Object.keys(as230(told)).sort()).toEqual([
      ...['address', 'city', 'coordinates', 'country', 'country_code', 'id', 'last_updated', 'name', 'operator'],
      ...['party_id', 'publish', 'time_zone'],
    ]);
  });
});
