import { Injectable } from '@nestjs/common';
import { type SessionToken, anyCaseSql } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { ConcernedPlace } from '../price-changes.service.js';
import { Assignment } from './assignment.entity.js';

const COLUMNS = {
  assignmentId: 'uuid',
  operatorId: 'uuid',
  version: 'integer',
  tariffId: 'uuid',
  scope: 'text',
  locationGroupId: 'uuid',
  locationId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  audience: 'text',
  contractId: 'text',
  groupId: 'text',
  countryCode: 'text',
  partyId: 'text',
  justification: 'text',
  justifiedOn: 'date',
  validFrom: 'timestamptz',
  validTo: 'timestamptz',
} as const;

const PLACE = {
  id: 'text',
  operatorId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  locationId: 'uuid',
  at: 'timestamptz',
  type: 'text',
  contractId: 'text',
  groupId: 'text',
  countryCode: 'text',
  partyId: 'text',
} as const;

/** Where, for whom and when a price is asked for. */
export interface Place {
  readonly id: string;
  readonly operatorId: string;
  readonly stationId: string | null;
  readonly evseId: number | null;
  readonly locationId: string | null;
  /** Of an unknown customer only what is for everybody applies. */
  readonly token: Customer | undefined;
  readonly at: Date;
}

/** What a price can depend on of a token; an ad hoc customer has no contract that could be meant. */
export type Customer = Partial<Omit<SessionToken, 'uid' | 'type'>> & Pick<SessionToken, 'type'>;

/** An assignment that applies at a place, with the tariff's version of that time. */
export type Applying = Pick<Assignment, 'assignmentId' | 'tariffId' | 'scope' | 'audience'> & {
  readonly id: string;
  readonly tariffVersion: number;
};

/**
 * A common table of `rows` with each pair of keys that something can be assigned by; the same keys as the columns of the
 * table have. Made beforehand, for row security keeps what is computed on the way from being looked up in an index.
 */
export const ASKED = `
  asked AS MATERIALIZED (
    SELECT rows.*, place.key AS target_key, person.key AS audience_key
    FROM rows
    LEFT JOIN location_group_members g ON g.operator_id = rows.operator_id AND g.location_id = rows.location_id
      AND g.valid_from <= rows.at AND (g.valid_to IS NULL OR g.valid_to > rows.at)
    CROSS JOIN LATERAL (VALUES ('operator'), ('location-group:' || g.location_group_id::text),
      ('location:' || rows.location_id::text), ('evse:' || rows.station_id || ':' || rows.evse_id::text)) AS place(key)
    CROSS JOIN LATERAL (VALUES ('everybody'),
      (CASE WHEN rows.type = 'AD_HOC_USER' THEN 'ad-hoc' ELSE 'partner:' || rows.country_code || ':' || rows.party_id END),
      (CASE WHEN rows.type <> 'AD_HOC_USER'
        THEN 'token-group:' || rows.country_code || ':' || rows.party_id || ':' || ${anyCaseSql('rows.group_id')} END),
      (CASE WHEN rows.type <> 'AD_HOC_USER'
        THEN 'contract:' || rows.country_code || ':' || rows.party_id || ':' || ${anyCaseSql('rows.contract_id')} END)
    ) AS person(key)
    WHERE place.key IS NOT NULL AND person.key IS NOT NULL)`;

/** What is assigned by the keys of `asked`, whenever. */
const ASSIGNED = `
  JOIN tariff_assignments a ON a.operator_id = asked.operator_id AND a.target_key = asked.target_key
    AND a.audience_key = asked.audience_key`;

/** What is assigned by the keys of `asked`, with the version of the tariff that is valid then. */
export const APPLYING = `${ASSIGNED}
    AND a.valid_from <= asked.at AND (a.valid_to IS NULL OR a.valid_to > asked.at)
  JOIN LATERAL (SELECT tariff_version FROM tariffs t
    WHERE t.tariff_id = a.tariff_id AND t.valid_from <= asked.at
    ORDER BY valid_from DESC, tariff_version DESC LIMIT 1) v ON true`;

@Injectable()
export class AssignmentsStore {
  find(tx: Transaction, assignmentId: string): Promise<Assignment | null> {
    return tx.manager.findOne(Assignment, { where: { assignmentId } });
  }

  /** Those that could conflict with this one, of the operator in scope. */
  rivals(tx: Transaction, { scope, audience, locationId, stationId }: Assignment): Promise<Assignment[]> {
    const place = { ...(locationId === null ? {} : { locationId }), ...(stationId === null ? {} : { stationId }) };
    return tx.manager.find(Assignment, { where: { scope, audience, ...place } });
  }

  /** Where a tariff is or will be charged, and to whom. */
  placesOf(tx: Transaction, tariffId: string, now: Date): Promise<ConcernedPlace[]> {
    return tx.query<ConcernedPlace>(
      `SELECT DISTINCT audience, location_group_id AS "locationGroupId", location_id AS "locationId",
         station_id AS "stationId"
       FROM tariff_assignments WHERE tariff_id = $1 AND (valid_to IS NULL OR valid_to > $2)`,
      [tariffId, now],
    );
  }

  /** @returns whether the id was free; it may be taken by an operator whose rows are not seen here */
  async add(tx: Transaction, assignment: Assignment): Promise<boolean> {
    const { columns, from, parameters } = unnest([assignment], COLUMNS);
    const added = await tx.query(
      `INSERT INTO tariff_assignments (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT DO NOTHING RETURNING assignment_id`,
      parameters,
    );
    return added.length > 0;
  }

  async change(tx: Transaction, assignment: Assignment): Promise<void> {
    await tx.manager.update(Assignment, { assignmentId: assignment.assignmentId }, assignment);
  }

  /** When prices change next at these places for these customers, by id: a validity begins or ends. */
  async nextChanges(tx: Transaction, places: readonly Place[]): Promise<Map<string, Date>> {
    const { from, parameters } = rowsOf(places);
    const rows = await tx.prepared<{ id: string; at: Date }>(
      `WITH rows AS (SELECT * FROM ${from}), ${ASKED}
       SELECT asked.id, min(changes.at) AS at FROM asked ${ASSIGNED}
       CROSS JOIN LATERAL (SELECT a.valid_from AS at UNION ALL SELECT a.valid_to
         UNION ALL SELECT t.valid_from FROM tariffs t WHERE t.tariff_id = a.tariff_id) AS changes
       WHERE changes.at > asked.at GROUP BY asked.id`,
      parameters,
    );
    return new Map(rows.map(({ id, at }) => [id, at]));
  }

  /** All assignments that apply at these places and times, for these customers. */
  applying(tx: Transaction, places: readonly Place[]): Promise<Applying[]> {
    const { from, parameters } = rowsOf(places);
    return tx.prepared<Applying>(
      `WITH rows AS (SELECT * FROM ${from}), ${ASKED}
       SELECT asked.id, a.assignment_id AS "assignmentId", a.tariff_id AS "tariffId", a.scope, a.audience,
         v.tariff_version AS "tariffVersion"
       FROM asked ${APPLYING}`,
      parameters,
    );
  }
}

function rowsOf(places: readonly Place[]) {
  return unnest(
    places.map(({ token, ...place }) => ({ ...place, ...token })),
    PLACE,
  );
}
