import { LocationState, MeterKeyState, PartnerTokenState, StationState } from '@chargemesh/contracts';
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

export const knownPartnerTokens = new Projection(PartnerTokenState, {
  table: 'known_partner_tokens',
  columns: {
    operatorId: 'uuid',
    countryCode: 'text',
    partyId: 'text',
    type: 'text',
    uid: 'text',
    partnerId: 'uuid',
    contractId: 'text',
    issuer: 'text',
    groupId: 'text',
    visualNumber: 'text',
    valid: 'boolean',
    whitelist: 'text',
  },
});
