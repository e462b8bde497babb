import { StationCredentialState } from '@chargemesh/contracts';
import { Projection } from '@chargemesh/messaging';

export const knownCredentials = new Projection(StationCredentialState, {
  table: 'station_credentials',
  columns: {
    stationId: 'text',
    operatorId: 'uuid',
    securityProfile: 'smallint',
    passwordHashes: 'text[]',
    registration: 'text',
    heartbeatIntervalS: 'integer',
    timeZone: 'text',
  },
});
