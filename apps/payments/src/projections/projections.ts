import { LocationState, StationState } from '@chargemesh/contracts';
import { Projection } from '@chargemesh/messaging';
import { evseKeysOf } from './evse-keys.js';

/** What a driver is shown of a station. */
export const knownStations = new Projection(StationState, {
  table: 'known_stations',
  columns: {
    ...{ stationId: 'text', operatorId: 'uuid', locationId: 'uuid', released: 'boolean', connected: 'boolean' },
    ocppVersion: 'text',
  },
  derived: {
    evses: {
      type: 'jsonb',
      of: ({ evses }) =>
        evses.map(({ evseId, evseRef, connectors }) => ({
          evseId,
          evseRef,
          connectors: connectors.map(
            ({ connectorId, standard, format, powerType, maxVoltage, maxAmperage, maxPowerW, status }) => {
              return { connectorId, standard, format, powerType, maxVoltage, maxAmperage, maxPowerW, status };
            },
          ),
        })),
    },
    evseKeys: { type: 'jsonb', of: ({ evses }) => evses.flatMap(({ evseRef }) => evseKeysOf(evseRef)) },
  },
});

/** What a driver is shown of a location, and what a receipt says of it. */
export const knownLocations = new Projection(LocationState, {
  table: 'known_locations',
  columns: { locationId: 'uuid', operatorId: 'uuid' },
  derived: {
    place: {
      type: 'jsonb',
      of: ({ name, address, city, postalCode, country, timeZone, helpPhone }) => {
        return { name, address, city, postalCode, country, timeZone, helpPhone };
      },
    },
  },
});
