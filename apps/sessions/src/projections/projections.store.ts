import { Injectable } from '@nestjs/common';
import type { LocationEvent, StationStateEvent } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';

/** SQL of what this service knows of stations and locations; only higher versions are applied. */
@Injectable()
export class ProjectionsStore {
  async saveStations(tx: Transaction, stations: readonly StationStateEvent['data'][]): Promise<void> {
    const { columns, from, parameters } = unnest(stations, {
      stationId: 'text',
      operatorId: 'uuid',
      version: 'integer',
      deleted: 'boolean',
      locationId: 'uuid',
      connected: 'boolean',
      evses: 'jsonb',
    });
    await tx.query(
      `INSERT INTO known_stations AS k (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (station_id) DO UPDATE SET operator_id = EXCLUDED.operator_id, version = EXCLUDED.version,
         deleted = EXCLUDED.deleted, location_id = EXCLUDED.location_id, connected = EXCLUDED.connected, evses = EXCLUDED.evses
       WHERE k.version < EXCLUDED.version`,
      parameters,
    );
  }

  async saveLocations(tx: Transaction, locations: readonly LocationEvent['data'][]): Promise<void> {
    const rows = locations.map(({ locationId, operatorId, version, deleted, ...data }) => {
      const { name, address, city, postalCode, country, coordinates, timeZone, billVerifiedOnly } = data;
      return {
        locationId,
        operatorId,
        version,
        deleted,
        place: { name, address, city, postalCode, country, coordinates, timeZone, billVerifiedOnly },
      };
    });
    const { columns, from, parameters } = unnest(rows, {
      locationId: 'uuid',
      operatorId: 'uuid',
      version: 'integer',
      deleted: 'boolean',
      place: 'jsonb',
    });
    await tx.query(
      `INSERT INTO known_locations AS k (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (location_id) DO UPDATE SET version = EXCLUDED.version, deleted = EXCLUDED.deleted, place = EXCLUDED.place
       WHERE k.version < EXCLUDED.version`,
      parameters,
    );
  }
}
