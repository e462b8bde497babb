import { type DataOf, type EventOf, SessionFinalized, SessionStarted, newEvent } from '@chargemesh/contracts';
import { v7 as uuidv7 } from 'uuid';

export const LOCATION_ID = '01930000-0000-7000-8000-0000000000a1';

export const place = {
  name: 'Depot',
  address: 'Street 1',
  city: 'Berlin',
  country: 'DEU',
  coordinates: { latitude: '52.520008', longitude: '13.404954' },
  timeZone: 'Europe/Berlin',
};

type Finalized = DataOf<typeof SessionFinalized>;

/** A session of an hour in which 10 kWh were charged in the first half, as it is when it is final. */
export function session(more: Partial<Finalized> = {}): Finalized {
  return {
    sessionId: uuidv7(),
    version: 3,
    stationId: 'CS-1',
    evseId: 1,
    transactionId: '1',
    startedAt: '2026-03-02T09:00:00Z',
    receivedAt: '2026-03-02T09:00:01Z',
    endedAt: '2026-03-02T10:00:00Z',
    token: { uid: 'ABCD1234', type: 'RFID', contractId: 'DE-ABC-C1', countryCode: 'DE', partyId: 'ABC' },
    location: { locationId: LOCATION_ID, ...place },
    connector: {
      evseUid: 'E1',
      connectorId: 1,
      standard: 'IEC_62196_T2',
      format: 'CABLE',
      powerType: 'AC_3_PHASE',
      maxVoltage: 230,
      maxAmperage: 32,
    },
    energyWh: 10_000,
    reason: 'EVDisconnected',
    periods: [
      { startedAt: '2026-03-02T09:00:00Z', endedAt: '2026-03-02T09:30:00Z', energyWh: 10_000, kind: 'charging' },
      { startedAt: '2026-03-02T09:30:00Z', endedAt: '2026-03-02T10:00:00Z', energyWh: 0, kind: 'parking' },
    ],
    signed: [],
    flags: [],
    ...more,
  };
}

export function finalized(operatorId: string, data: Finalized): EventOf<typeof SessionFinalized> {
  return newEvent(SessionFinalized, { operatorId, time: data.endedAt, data });
}

export function started(operatorId: string, data: Finalized): EventOf<typeof SessionStarted> {
  const {
    energyWh: _energy,
    endedAt: _end,
    reason: _reason,
    periods: _periods,
    signed: _signed,
    flags: _flags,
    ...start
  } = data;
  return newEvent(SessionStarted, { operatorId, time: data.startedAt, data: { ...start, version: 1 } });
}

/** A tariff of OCPI 2.3.0: 0.50 per kWh, 6.00 per hour of parking, and 19 % on both. */
export function ocpiTariff(perKwh = 0.5) {
  return {
    country_code: 'DE',
    party_id: 'ABC',
    id: 'T1',
    currency: 'EUR',
    tax_included: 'NO' as const,
    elements: [
      {
        price_components: [
          { type: 'ENERGY' as const, price: perKwh, vat: 19, step_size: 1 },
          { type: 'PARKING_TIME' as const, price: 6, vat: 19, step_size: 1 },
        ],
      },
    ],
    last_updated: '2026-01-01T00:00:00Z',
  };
}
