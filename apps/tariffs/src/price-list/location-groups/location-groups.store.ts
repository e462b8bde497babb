import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { LocationGroup } from './location-group.entity.js';

/** A group with the locations that are in it now. */
export type KnownGroup = LocationGroup & { readonly locationIds: string[] };

export const GROUP_COLUMNS = `t.location_group_id AS "locationGroupId", t.operator_id AS "operatorId", t.version, t.name,
  ARRAY(SELECT m.location_id::text FROM location_group_members m
    WHERE m.location_group_id = t.location_group_id AND m.valid_to IS NULL ORDER BY 1) AS "locationIds"`;

@Injectable()
export class LocationGroupsStore {
  async find(tx: Transaction, locationGroupId: string): Promise<KnownGroup | undefined> {
    return (await this.those(tx, [locationGroupId]))[0];
  }

  those(tx: Transaction, locationGroupIds: readonly string[]): Promise<KnownGroup[]> {
    return tx.query<KnownGroup>(`SELECT ${GROUP_COLUMNS} FROM location_groups t WHERE t.location_group_id = ANY ($1)`, [
      locationGroupIds,
    ]);
  }

  /** @returns whether the id was free; it may be taken by an operator whose rows are not seen here */
  async add(tx: Transaction, group: LocationGroup): Promise<boolean> {
    const { columns, from, parameters } = unnest([group], {
      locationGroupId: 'uuid',
      operatorId: 'uuid',
      version: 'integer',
      name: 'text',
    });
    const added = await tx.query(
      `INSERT INTO location_groups (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT DO NOTHING
       RETURNING location_group_id`,
      parameters,
    );
    return added.length > 0;
  }

  async change(tx: Transaction, { locationGroupId, version, name }: LocationGroup): Promise<void> {
    await tx.manager.update(LocationGroup, { locationGroupId }, { version, name });
  }

  /** `since`, but not before they left another group. */
  async addMembers(tx: Transaction, group: LocationGroup, locationIds: readonly string[], since: Date): Promise<void> {
    const { locationGroupId, operatorId } = group;
    await tx.query(
      `INSERT INTO location_group_members (location_group_id, location_id, operator_id, valid_from)
       SELECT $1, rows.location_id, $2, GREATEST($3, max(m.valid_to)) FROM unnest($4::uuid[]) AS rows(location_id)
       LEFT JOIN location_group_members m ON m.operator_id = $2 AND m.location_id = rows.location_id
       GROUP BY rows.location_id`,
      [locationGroupId, operatorId, since, locationIds],
    );
  }

  async endMembers(tx: Transaction, locationGroupId: string, locationIds: readonly string[], at: Date): Promise<void> {
    await tx.query(
      `UPDATE location_group_members SET valid_to = $3
       WHERE location_group_id = $1 AND location_id = ANY ($2) AND valid_to IS NULL`,
      [locationGroupId, locationIds, at],
    );
  }

  /** In which groups these locations are now. */
  async groupsOf(tx: Transaction, locationIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.prepared<{ locationId: string; locationGroupId: string }>(
      `SELECT location_id AS "locationId", location_group_id AS "locationGroupId" FROM location_group_members
       WHERE location_id = ANY ($1) AND valid_to IS NULL`,
      [locationIds],
    );
    return new Map(rows.map(({ locationId, locationGroupId }) => [locationId, locationGroupId]));
  }
}
