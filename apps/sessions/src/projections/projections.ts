import { LocationState, MeterKeyState, StationState } from '@chargemesh/contracts';
import { Projection } from '@chargemesh/messaging';

export const knownStations = new Projection(StationState, {
  table: 'known_stations',
  columns: {
    stationId: 'text',
    operatorId: 'uuid',
    locationId: 'uuid',
    connected: 'boolean',
    ocppVersion: 'text',
    evses: 'jsonb',
  },
});

export const knownLocations = new Projection(LocationState, {
  table: 'known_locations',
  columns: { locationId: 'uuid', operatorId: 'uuid' },
  derived: {
    place: {
      type: 'jsonb',
      of: ({ name, address, city, postalCode, country, coordinates, timeZone, billVerifiedOnly }) => {
        return { name, address, city, postalCode, country, coordinates, timeZone, billVerifiedOnly };
      },
    },
  },
});

export const knownMeterKeys = new Projection(MeterKeyState, {
  table: 'known_meter_keys',
  columns: {
    meterKeyId: 'uuid',
    operatorId: 'uuid',
    stationId: 'text',
    evseId: 'integer',
    meterSerial: 'text',
    publicKey: 'text',
    trust: 'text',
  },
});
