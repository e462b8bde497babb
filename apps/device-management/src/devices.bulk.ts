import { bulkController } from '@chargemesh/service';
import { CredentialsService } from './credentials/credentials.service.js';
import { LocationBody, LocationParams } from './locations/locations.schema.js';
import { LocationsService } from './locations/locations.service.js';
import { CredentialsBody, CredentialsView, StationBody, StationParams } from './stations/stations.schema.js';
import { StationsService } from './stations/stations.service.js';

/** What is put in bulk: locations, the stations in them, and their passwords. */
export const bulkControllers = [
  bulkController('device-management', {
    path: 'locations',
    summary: 'Create or change locations',
    params: LocationParams,
    body: LocationBody,
    service: LocationsService,
    put:
      (locations, caller) =>
      (tx, { locationId }, body) =>
        locations.putIn(tx, caller, locationId, body),
  }),
  bulkController('device-management', {
    path: 'stations',
    summary: 'Create or change stations',
    params: StationParams,
    body: StationBody,
    service: StationsService,
    put:
      (stations, caller) =>
      (tx, { stationId }, body) =>
        stations.putIn(tx, caller, stationId, body),
  }),
  bulkController('device-management', {
    path: 'stations/credentials',
    summary: 'Set passwords of stations, and generate one where a row gives none and the station has none',
    params: StationParams,
    body: CredentialsBody,
    needs: 'admin',
    shown: CredentialsView.properties,
    service: CredentialsService,
    put:
      (credentials, caller) =>
      (tx, { stationId }, body) =>
        credentials.putIn(tx, caller, stationId, body),
  }),
];
