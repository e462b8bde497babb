import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';

/** SQL of what this service knows of stations and locations. */
@Injectable()
export class ProjectionsStore {
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
