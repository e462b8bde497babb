import { LocationState, StationState, TokenState } from '@chargemesh/contracts';
import { Projection } from '@chargemesh/messaging';
import { knownEvses } from './known-evses.js';

export const knownStations = new Projection(StationState, {
  table: 'known_stations',
  columns: {
    stationId: 'text',
    operatorId: 'uuid',
    locationId: 'uuid',
    connected: 'boolean',
    ocppVersion: 'text',
  },
  derived: { evses: { type: 'jsonb', of: knownEvses } },
});

export const knownLocations = new Projection(LocationState, {
  table: 'known_locations',
  columns: { locationId: 'uuid', operatorId: 'uuid', timeZone: 'text', country: 'text', publish: 'boolean' },
});

/** As far as a price depends on them. */
export const knownTokens = new Projection(TokenState, {
  table: 'known_tokens',
  columns: {
    operatorId: 'uuid',
    countryCode: 'text',
    partyId: 'text',
    uid: 'text',
    type: 'text',
    contractId: 'text',
    groupId: 'text',
    valid: 'boolean',
    expiresAt: 'timestamptz',
  },
});
