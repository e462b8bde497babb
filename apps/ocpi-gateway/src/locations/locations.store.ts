import { Injectable } from '@nestjs/common';
import type { ListQuery, ToldEvse, ToldLocation, ToldPlace } from '@chargemesh/ocpi';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { Change, Site, SiteStation, Told } from './locations.decide.js';

/** A location of a list; its position is a bigint, hence text. */
export type ListedLocation = ToldLocation & { readonly position: string };

interface Row {
  readonly locationId: string;
  readonly position: string;
  readonly place: ToldPlace;
  readonly lastUpdated: Date;
}

const SELECT =
  'SELECT location_id AS "locationId", position::text, place, last_updated AS "lastUpdated" FROM locations';
const IN_RANGE = `operator_id = $1 AND last_updated >= COALESCE($2::timestamptz, '-infinity')
  AND last_updated < COALESCE($3::timestamptz, 'infinity')`;

@Injectable()
export class LocationsStore {
  /** One writer at a time decides what is told of a location. */
  async lock(tx: Transaction, locationIds: readonly string[]): Promise<void> {
    await tx.lock(locationIds.map((locationId) => `ocpi-location:${locationId}`));
  }

  /** Where the stations were, as far as they were known. */
  async locationsOf(tx: Transaction, stationIds: readonly string[]): Promise<string[]> {
    const rows = await tx.prepared<{ locationId: string }>(
      `SELECT DISTINCT location_id AS "locationId" FROM known_stations
       WHERE station_id = ANY ($1) AND location_id IS NOT NULL`,
      [stationIds],
    );
    return rows.map(({ locationId }) => locationId);
  }

  /** Locations as they are known, with their stations; none, where a location is not known yet. */
  async sites(tx: Transaction, locationIds: readonly string[]): Promise<Site[]> {
    const locations = await tx.prepared<Omit<Site, 'stations'>>(
      `SELECT location_id AS "locationId", operator_id AS "operatorId", place, publish AND NOT deleted AS "isPublic"
       FROM known_locations WHERE location_id = ANY ($1)`,
      [locationIds],
    );
    const stations = await tx.prepared<SiteStation & { locationId: string }>(
      `SELECT location_id AS "locationId", released, connected, evses FROM known_stations
       WHERE location_id = ANY ($1) AND NOT deleted ORDER BY station_id`,
      [locationIds],
    );
    const at = byLocation(stations);
    return locations.map((location) => ({ ...location, stations: at.get(location.locationId) ?? [] }));
  }

  /** What partners are told of locations, by their ids. */
  async told(tx: Transaction, locationIds: readonly string[]): Promise<Map<string, Told>> {
    const rows = await tx.prepared<Row>(`${SELECT} WHERE location_id = ANY ($1)`, [locationIds]);
    return new Map((await this.withEvses(tx, rows)).map((location) => [location.locationId, location]));
  }

  async save(tx: Transaction, changes: readonly Change[]): Promise<void> {
    const fresh = changes.filter(({ isNew }) => isNew).map(({ operatorId }) => `ocpi-locations:${operatorId}`);
    // Positions rise in the order of commits only where one writer at a time adds to an operator's list.
    if (fresh.length > 0) await tx.lock(fresh);
    const locations = unnest(changes, {
      ...{ locationId: 'uuid', operatorId: 'uuid', place: 'jsonb', lastUpdated: 'timestamptz' },
    });
    await tx.prepared(
      `INSERT INTO locations (${locations.columns}) SELECT ${locations.columns} FROM ${locations.from}
       ON CONFLICT (location_id) DO UPDATE SET place = EXCLUDED.place, last_updated = EXCLUDED.last_updated`,
      locations.parameters,
    );
    const rows = changes.flatMap(({ locationId, operatorId, evses: changed }) =>
      changed.map((evse) => ({ locationId, operatorId, evseUid: evse.evseUid, evse })),
    );
    const evses = unnest(rows, { locationId: 'uuid', operatorId: 'uuid', evseUid: 'text', evse: 'jsonb' });
    await tx.prepared(
      `INSERT INTO evses (${evses.columns}) SELECT ${evses.columns} FROM ${evses.from}
       ON CONFLICT (location_id, evse_uid) DO UPDATE SET evse = EXCLUDED.evse`,
      evses.parameters,
    );
  }

  async find(tx: Transaction, operatorId: string, locationId: string): Promise<ToldLocation | undefined> {
    const rows = await tx.query<Row>(`${SELECT} WHERE operator_id = $1 AND location_id = $2`, [operatorId, locationId]);
    const [found] = await this.withEvses(tx, rows);
    return found;
  }

  /** In the order in which they were first told of, from the cursor on or, without one, from the offset. */
  async list(tx: Transaction, operatorId: string, query: ListQuery, take: number): Promise<ListedLocation[]> {
    const from = query.cursor === undefined ? query.offset : 0;
    const rows = await tx.query<Row>(
      `${SELECT} WHERE ${IN_RANGE} AND position > $4::bigint ORDER BY locations.position OFFSET $5 LIMIT $6`,
      [...range(operatorId, query), query.cursor ?? '0', from, take],
    );
    return this.withEvses(tx, rows);
  }

  async count(tx: Transaction, operatorId: string, query: ListQuery): Promise<number> {
    const [row] = await tx.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM locations WHERE ${IN_RANGE}`,
      range(operatorId, query),
    );
    return row?.total ?? 0;
  }

  private async withEvses(tx: Transaction, locations: readonly Row[]): Promise<ListedLocation[]> {
    const rows = await tx.prepared<{ locationId: string; evse: ToldEvse }>(
      `SELECT location_id AS "locationId", evse FROM evses WHERE location_id = ANY ($1) ORDER BY location_id, evse_uid`,
      [locations.map(({ locationId }) => locationId)],
    );
    const at = byLocation(rows);
    return locations.map(({ lastUpdated, ...location }) => ({
      ...location,
      lastUpdated: lastUpdated.toISOString(),
      evses: (at.get(location.locationId) ?? []).map(({ evse }) => evse),
    }));
  }
}

function byLocation<T extends { readonly locationId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.locationId);
    if (group) group.push(row);
    else groups.set(row.locationId, [row]);
  }
  return groups;
}

function range(operatorId: string, { dateFrom, dateTo }: ListQuery): unknown[] {
  return [operatorId, dateFrom ?? null, dateTo ?? null];
}
