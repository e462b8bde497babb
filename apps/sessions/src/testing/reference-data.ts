import type { EvseDevice, SessionLocation } from '@chargemesh/contracts';
import type { KnownStation, ReferenceData } from '../transactions/snapshot.js';
import { LOCATION_ID, OPERATOR_ID, STATION_ID } from './facts.js';

export const place: Omit<SessionLocation, 'locationId'> = {
  name: 'Depot',
  address: 'Street 1',
  city: 'Berlin',
  country: 'DEU',
  coordinates: { latitude: '52.520008', longitude: '13.404954' },
  timeZone: 'Europe/Berlin',
};

export const party = { countryCode: 'DE', partyId: 'ABC' };

export function evse(evseId: number, connectors = 1): EvseDevice {
  const kind = { standard: 'IEC_62196_T2', format: 'SOCKET', powerType: 'AC_3_PHASE' } as const;
  return {
    evseId,
    evseUid: `${STATION_ID}-${evseId}`,
    connectors: Array.from({ length: connectors }, (_, index) => ({
      ...{ connectorId: index + 1, ...kind, maxVoltage: 230, maxAmperage: 32 },
    })),
  };
}

/** A station with its place, a card CARD1 and the operator's party. */
export function referenceData(evses: readonly EvseDevice[] = [evse(1), evse(2)]): ReferenceData {
  const station: KnownStation = {
    stationId: STATION_ID,
    operatorId: OPERATOR_ID,
    locationId: LOCATION_ID,
    connected: true,
    evses,
  };
  const card = { uid: 'CARD1', type: 'RFID' as const, contractId: 'DE-ABC-C1', ...party };
  return {
    stations: new Map([[STATION_ID, station]]),
    locations: new Map([[LOCATION_ID, { locationId: LOCATION_ID, ...place }]]),
    tokens: new Map([[`${OPERATOR_ID}/CARD1`, card]]),
    starts: new Map(),
    parties: new Map([[OPERATOR_ID, party]]),
  };
}
