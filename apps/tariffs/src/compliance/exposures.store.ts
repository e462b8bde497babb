import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { rankIn } from '../assignments/precedence.js';
import type { Exposure } from './compliance.decide.js';

/** Which assignments are looked at; all of the operator's that have not ended, if nothing is named. */
export interface Concern {
  readonly assignmentId?: string;
  readonly tariffId?: string;
  readonly locationGroupId?: string;
  /** Only to look at no more places than the assignment has. */
  readonly locationId?: string | null;
  readonly stationId?: string | null;
  /** For the next page. */
  readonly after?: string | undefined;
}

/** AFIR's threshold. */
const FAST_W = 50_000;

@Injectable()
export class ExposuresStore {
  /** The assignments that have not ended, in their order. */
  async assignments(tx: Transaction, after: string | undefined, now: Date, take: number): Promise<string[]> {
    const rows = await tx.query<{ assignmentId: string }>(
      `SELECT assignment_id AS "assignmentId" FROM tariff_assignments
       WHERE (valid_to IS NULL OR valid_to > $1) AND ($2::uuid IS NULL OR assignment_id > $2)
       ORDER BY assignment_id LIMIT $3`,
      [now, after ?? null, take],
    );
    return rows.map(({ assignmentId }) => assignmentId);
  }

  /** By assignment, version and country, for the assignments of one page. */
  find(tx: Transaction, concern: Concern, now: Date, assignments: number): Promise<Exposure[]> {
    const { assignmentId, tariffId, locationGroupId, locationId, stationId, after } = concern;
    const parameters = [now, assignmentId, tariffId, locationGroupId, locationId, stationId, after, assignments];
    return tx.query<Exposure>(
      SQL,
      parameters.map((parameter) => parameter ?? null),
    );
  }
}

/** A version applies from the moment it is valid until the next one is; assignment and version must overlap from now on. */
const PRICES = `
  concerned AS (
    SELECT * FROM tariff_assignments
    WHERE (valid_to IS NULL OR valid_to > $1)
      AND ($2::uuid IS NULL OR assignment_id = $2) AND ($3::uuid IS NULL OR tariff_id = $3)
      AND ($4::uuid IS NULL OR location_group_id = $4) AND ($7::uuid IS NULL OR assignment_id > $7)
    ORDER BY assignment_id LIMIT $8),
  versions AS (
    SELECT tariff_id, tariff_version, currency, valid_from,
      lead(valid_from, 1, 'infinity') OVER (PARTITION BY tariff_id ORDER BY valid_from, tariff_version) AS valid_to
    FROM tariffs WHERE tariff_id IN (SELECT tariff_id FROM concerned)),
  prices AS (
    SELECT a.*, v.tariff_version, v.currency, GREATEST(a.valid_from, v.valid_from, $1) AS since,
      LEAST(COALESCE(a.valid_to, 'infinity'), v.valid_to) AS until
    FROM concerned a JOIN versions v USING (tariff_id)
    WHERE GREATEST(a.valid_from, v.valid_from, $1) < LEAST(COALESCE(a.valid_to, 'infinity'), v.valid_to))`;

const SPOTS = `
  spots AS (
    SELECT l.location_id, l.country, l.publish, s.station_id, e.evse_id, e.max_power_w,
      ARRAY['operator', 'location-group:' || g.location_group_id::text, 'location:' || l.location_id::text,
        'evse:' || s.station_id || ':' || e.evse_id::text] AS keys
    FROM known_locations l
    LEFT JOIN location_group_members g ON g.location_id = l.location_id AND g.valid_to IS NULL
    LEFT JOIN known_stations s ON s.location_id = l.location_id AND NOT s.deleted
    LEFT JOIN LATERAL jsonb_to_recordset(s.evses) AS e(evse_id integer, max_power_w integer) ON true
    WHERE NOT l.deleted AND l.country IS NOT NULL
      AND ($5::uuid IS NULL OR l.location_id = $5) AND ($6::text IS NULL OR s.station_id = $6))`;

/** Whether something that comes before it is assigned there for all of that time, to all of these customers. */
const outranked = (customers: string) => `
  EXISTS (SELECT FROM tariff_assignments b
    WHERE b.operator_id = p.operator_id AND b.target_key = ANY (s.keys) AND ${customers}
      AND ${rankIn('b')} < ${rankIn('p')}
      AND b.valid_from <= p.since AND COALESCE(b.valid_to, 'infinity') >= p.until)`;

const SQL = `
  WITH ${PRICES}, ${SPOTS}, seen AS (
    SELECT p.assignment_id, p.tariff_id, p.tariff_version, p.currency, s.country, s.location_id, s.station_id, s.evse_id,
      NOT ${outranked('b.audience_key = p.audience_key')} AS applies,
      p.audience IN ('ad-hoc', 'everybody') AND s.publish AND s.max_power_w >= ${FAST_W}
        AND NOT ${outranked(`b.audience IN ('ad-hoc', 'everybody')`)} AS fast
    FROM prices p JOIN spots s ON p.target_key = ANY (s.keys))
  SELECT assignment_id AS "assignmentId", tariff_id AS "tariffId", tariff_version AS "tariffVersion", currency, country,
    COALESCE((array_agg(DISTINCT location_id::text) FILTER (WHERE applies))[1:10], '{}') AS "locationIds",
    COALESCE((array_agg(station_id || ':' || evse_id ORDER BY station_id, evse_id) FILTER (WHERE fast))[1:10], '{}')
      AS "fastEvses",
    (count(*) FILTER (WHERE fast))::int AS "fastCount"
  FROM seen GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 5`;
