import { Injectable } from '@nestjs/common';
import type { LocationEvent, StationStateEvent } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { knownEvses } from './known-evses.js';

/** SQL of what this service knows of stations and locations; only higher versions are applied. */
@Injectable()
export class ProjectionsStore {
  async saveStations(tx: Transaction, stations: readonly StationStateEvent['data'][]): Promise<void> {
    const types = {
      stationId: 'text',
      operatorId: 'uuid',
      version: 'integer',
      deleted: 'boolean',
      locationId: 'uuid',
      connected: 'boolean',
      ocppVersion: 'text',
      evses: 'jsonb',
    };
    const rows = stations.map((station) => ({ ...station, evses: knownEvses(station) }));
    const { columns, from, parameters } = unnest(rows, types);
    await tx.query(
      `INSERT INTO known_stations AS k (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (station_id) DO UPDATE SET operator_id = EXCLUDED.operator_id, version = EXCLUDED.version,
         deleted = EXCLUDED.deleted, location_id = EXCLUDED.location_id, connected = EXCLUDED.connected,
         ocpp_version = EXCLUDED.ocpp_version, evses = EXCLUDED.evses
       WHERE k.version < EXCLUDED.version`,
      parameters,
    );
  }

  async saveLocations(tx: Transaction, locations: readonly LocationEvent['data'][]): Promise<void> {
    const types = {
      locationId: 'uuid',
      operatorId: 'uuid',
      version: 'integer',
      deleted: 'boolean',
      timeZone: 'text',
      country: 'text',
      publish: 'boolean',
    };
    const { columns, from, parameters } = unnest(locations, types);
    await tx.query(
      `INSERT INTO known_locations AS k (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (location_id) DO UPDATE SET version = EXCLUDED.version, deleted = EXCLUDED.deleted,
         time_zone = EXCLUDED.time_zone, country = EXCLUDED.country, publish = EXCLUDED.publish
       WHERE k.version < EXCLUDED.version`,
      parameters,
    );
  }

  /** Of these stations, those that are connected and speak a version that knows prices. */
  async hearingPrices(tx: Transaction, stationIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ stationId: string }>(
      `SELECT station_id AS "stationId" FROM known_stations
       WHERE station_id = ANY ($1) AND connected AND NOT deleted AND ocpp_version IN ('2.0.1', '2.1')`,
      [stationIds],
    );
    return new Set(rows.map(({ stationId }) => stationId));
  }

  /** Of these locations those that the operator has. */
  async knownLocations(tx: Transaction, locationIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ locationId: string }>(
      `SELECT location_id AS "locationId" FROM known_locations WHERE location_id = ANY ($1) AND NOT deleted`,
      [locationIds],
    );
    return new Set(rows.map(({ locationId }) => locationId));
  }
}
