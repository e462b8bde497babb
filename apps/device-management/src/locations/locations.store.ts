import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { Location } from './location.entity.js';

@Injectable()
export class LocationsStore {
  find(tx: Transaction, locationId: string): Promise<Location | null> {
    return tx.manager.findOne(Location, { where: { locationId, deleted: false } });
  }

  /** Reads a location, deleted or not, for a change of it. */
  lock(tx: Transaction, locationId: string): Promise<Location | null> {
    return tx.manager.findOne(Location, { where: { locationId }, lock: { mode: 'pessimistic_write' } });
  }

  /** Whether the location is there; it stays so until the transaction ends. */
  async hold(tx: Transaction, locationId: string): Promise<boolean> {
    const rows = await tx.query(`SELECT FROM locations WHERE location_id = $1 AND NOT deleted FOR SHARE`, [locationId]);
    return rows.length > 0;
  }

  /** IANA zones of locations. */
  async zones(tx: Transaction, locationIds: readonly string[]): Promise<Map<string, string>> {
    if (locationIds.length === 0) return new Map();
    const rows = await tx.query<{ locationId: string; timeZone: string }>(
      `SELECT location_id AS "locationId", time_zone AS "timeZone" FROM locations WHERE location_id = ANY ($1)`,
      [locationIds],
    );
    return new Map(rows.map(({ locationId, timeZone }) => [locationId, timeZone]));
  }

  /** Countries of locations, and whether they are public. */
  async placesOf(
    tx: Transaction,
    locationIds: readonly string[],
  ): Promise<Map<string, Pick<Location, 'country' | 'publish' | 'billVerifiedOnly'>>> {
    const rows = await tx.query<Pick<Location, 'locationId' | 'country' | 'publish' | 'billVerifiedOnly'>>(
      `SELECT location_id AS "locationId", country, publish, bill_verified_only AS "billVerifiedOnly" FROM locations WHERE location_id = ANY ($1) AND NOT deleted`,
      [locationIds],
    );
    return new Map(rows.map(({ locationId, ...place }) => [locationId, place]));
  }

  async hasStations(tx: Transaction, locationId: string): Promise<boolean> {
    const rows = await tx.query(`SELECT FROM stations WHERE location_id = $1 AND NOT deleted LIMIT 1`, [locationId]);
    return rows.length > 0;
  }

  async save(tx: Transaction, location: Location): Promise<void> {
    await tx.manager.upsert(Location, location, ['locationId']);
  }
}
