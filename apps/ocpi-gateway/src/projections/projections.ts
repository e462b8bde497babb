import { type DataOf, type EvseDevice, LocationState, StationState } from '@chargemesh/contracts';
import { Projection } from '@chargemesh/messaging';
import type { ToldPlace } from '@chargemesh/ocpi';

/** What partners may be told of a location. */
export const knownLocations = new Projection(LocationState, {
  table: 'known_locations',
  columns: { locationId: 'uuid', operatorId: 'uuid', publish: 'boolean' },
  derived: { place: { type: 'jsonb', of: placeOf } },
});

/** What partners may be told of a station. */
export const knownStations = new Projection(StationState, {
  table: 'known_stations',
  columns: { stationId: 'text', operatorId: 'uuid', locationId: 'uuid', released: 'boolean', connected: 'boolean' },
  derived: { evses: { type: 'jsonb', of: ({ evses }) => evses.map(evseOf) } },
});

export type KnownEvse = ReturnType<typeof evseOf>;

function placeOf(state: DataOf<typeof LocationState>): ToldPlace {
  const { name, address, city, postalCode, country, coordinates, timeZone, openingTimes, helpPhone } = state;
  return { name, address, city, postalCode, country, coordinates, timeZone, openingTimes, helpPhone };
}

function evseOf({ evseUid, evseRef, paymentDevices, parkingRestrictions, parkingSpaces, connectors }: EvseDevice) {
  return {
    ...{ evseUid, evseRef, paymentDevices, parkingRestrictions, parkingSpaces },
    connectors: connectors.map(({ statusAt: _statusAt, ...connector }) => connector),
  };
}
