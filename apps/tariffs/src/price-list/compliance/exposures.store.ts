import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { rankIn } from '../assignments/precedence.js';
import type { Exposure } from './compliance.decide.js';

/** Which assignments are looked at; all of the operator's that have not ended, if nothing is named. */
export interface Concern {
  readonly assignmentIds?: readonly string[];
  readonly tariffId?: string;
  readonly locationGroupId?: string;
  /** Only to look at no more places than the assignment has. */
  readonly locationId?: string | null;
  readonly stationId?: string | null;
}

/** AFIR's threshold. */
const FAST_W = 50_000;

@Injectable()
export class ExposuresStore {
  /** By assignment, version and country, of so many assignments at most. */
  find(tx: Transaction, concern: Concern, now: Date, assignments: number): Promise<Exposure[]> {
    const { assignmentIds, tariffId, locationGroupId, locationId, stationId } = concern;
    const parameters = [now, assignmentIds, tariffId, locationGroupId, locationId, stationId, assignments];
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
      AND ($2::uuid[] IS NULL OR assignment_id = ANY ($2)) AND ($3::uuid IS NULL OR tariff_id = $3)
      AND ($4::uuid IS NULL OR location_group_id = $4)
    ORDER BY assignment_id LIMIT $7),
  versions AS (
    SELECT tariff_id, tariff_version, currency, valid_from,
      lead(valid_from, 1, 'infinity') OVER (PARTITION BY tariff_id ORDER BY valid_from, tariff_version) AS valid_to
    FROM tariffs WHERE tariff_id IN (SELECT tariff_id FROM concerned)),
  prices AS (
    SELECT a.*, v.tariff_version, v.currency, GREATEST(a.valid_from, v.valid_from, $1) AS since,
      LEAST(COALESCE(a.valid_to, 'infinity'), v.valid_to) AS until, ${rankIn('a')} AS rank
    FROM concerned a JOIN versions v USING (tariff_id)
    WHERE GREATEST(a.valid_from, v.valid_from, $1) < LEAST(COALESCE(a.valid_to, 'infinity'), v.valid_to))`;

/** Locations with each key that something can be assigned there by. */
const PLACES = `
  places AS (
    SELECT l.location_id, l.country, l.publish, g.location_group_id
    FROM known_locations l
    LEFT JOIN location_group_members g ON g.location_id = l.location_id AND g.valid_to IS NULL
    WHERE NOT l.deleted AND l.country IS NOT NULL AND ($5::uuid IS NULL OR l.location_id = $5)),
  place_keys AS (
    SELECT location_id, 'operator' AS key FROM places
    UNION ALL SELECT location_id, 'location:' || location_id::text FROM places
    UNION ALL SELECT location_id, 'location-group:' || location_group_id::text FROM places
      WHERE location_group_id IS NOT NULL)`;

/** What is assigned where, of the audiences that are looked at: each place is compared with no more than that. */
const CURRENCIES = `
  assigned AS (
    SELECT k.location_id, b.audience_key, ${rankIn('b')} AS rank, b.valid_from, COALESCE(b.valid_to, 'infinity') AS valid_to
    FROM tariff_assignments b JOIN place_keys k ON k.key = b.target_key
    WHERE b.audience_key IN (SELECT audience_key FROM prices) AND (b.valid_to IS NULL OR b.valid_to > $1)),
  priced AS (
    SELECT p.*, k.location_id AS at FROM prices p JOIN place_keys k ON k.key = p.target_key
    UNION ALL SELECT p.*, s.location_id FROM prices p JOIN known_stations s
      ON p.scope = 'evse' AND s.station_id = p.station_id AND NOT s.deleted),
  currencies AS (
    SELECT p.assignment_id, p.tariff_id, p.tariff_version, p.currency, l.country, p.audience,
      p.justification IS NOT NULL AS is_justified, bool_or(l.publish) AS is_public,
      COALESCE((array_agg(DISTINCT p.at::text) FILTER (WHERE c.location_id IS NULL))[1:10], '{}') AS location_ids
    FROM priced p JOIN places l ON l.location_id = p.at
    LEFT JOIN assigned c ON c.location_id = p.at AND c.audience_key = p.audience_key AND c.rank < p.rank
      AND c.valid_from <= p.since AND c.valid_to >= p.until
    GROUP BY 1, 2, 3, 4, 5, 6, 7)`;

/** EVSEs that AFIR is stricter with, if not older than it or excepted, and whose ad hoc customers pay by which of the prices. */
const FAST = `
  evses AS (
    SELECT l.location_id, l.country, s.station_id, e.evse_id, e.price_shown
    FROM places l JOIN known_stations s ON s.location_id = l.location_id AND NOT s.deleted
    CROSS JOIN LATERAL jsonb_to_recordset(s.evses) AS e(evse_id integer, max_power_w integer, ad_hoc_checked boolean, price_shown boolean)
    WHERE l.publish AND e.max_power_w >= ${FAST_W} AND e.ad_hoc_checked IS NOT FALSE AND ($6::text IS NULL OR s.station_id = $6)),
  offered AS MATERIALIZED (
    SELECT e.country, e.station_id, e.evse_id, e.price_shown, b.assignment_id, ${rankIn('b')} AS rank, b.valid_from,
      COALESCE(b.valid_to, 'infinity') AS valid_to
    FROM (SELECT e.*, k.key FROM evses e JOIN place_keys k USING (location_id)
      UNION ALL SELECT e.*, 'evse:' || e.station_id || ':' || e.evse_id::text FROM evses e) e
    JOIN tariff_assignments b ON b.target_key = e.key
    WHERE b.audience_key IN ('ad-hoc', 'everybody') AND (b.valid_to IS NULL OR b.valid_to > $1)),
  fast AS (
    SELECT p.assignment_id, p.tariff_version, o.country, count(*)::int AS count,
      (array_agg(o.station_id || ':' || o.evse_id ORDER BY o.station_id, o.evse_id))[1:10] AS evses
    FROM prices p JOIN offered o USING (assignment_id)
    WHERE NOT EXISTS (SELECT FROM offered b
      WHERE b.station_id = o.station_id AND b.evse_id = o.evse_id AND b.rank < o.rank
        AND b.valid_from <= p.since AND b.valid_to >= p.until)
    GROUP BY 1, 2, 3)`;

/** Of those, where this is the price now, and neither has the station taken it nor does anything else show it. */
const UNSHOWN = `
  unshown AS (
    SELECT p.assignment_id, p.tariff_version, o.country, count(*)::int AS count,
      (array_agg(o.station_id || ':' || o.evse_id ORDER BY o.station_id, o.evse_id))[1:10] AS evses
    FROM prices p JOIN offered o USING (assignment_id)
    WHERE p.since <= $1 AND o.price_shown IS NOT TRUE
      AND NOT EXISTS (SELECT FROM offered b
        WHERE b.station_id = o.station_id AND b.evse_id = o.evse_id AND b.rank < o.rank
          AND b.valid_from <= $1 AND b.valid_to > $1)
      AND NOT EXISTS (SELECT FROM station_tariffs t
        WHERE t.station_id = o.station_id AND t.evse_id = o.evse_id AND t.status = 'accepted'
          AND t.tariff_id = p.tariff_id AND t.tariff_version = p.tariff_version)
    GROUP BY 1, 2, 3)`;

const SQL = `
  WITH ${PRICES}, ${PLACES}, ${CURRENCIES}, ${FAST}, ${UNSHOWN}
  SELECT c.assignment_id AS "assignmentId", c.tariff_id AS "tariffId", c.tariff_version AS "tariffVersion", c.currency,
    c.country, c.audience, c.is_justified AS "isJustified", c.is_public AS "isPublic", c.location_ids AS "locationIds", COALESCE(f.evses, '{}') AS "fastEvses", COALESCE(f.count, 0) AS "fastCount",
    COALESCE(u.evses, '{}') AS "unshownEvses", COALESCE(u.count, 0) AS "unshownCount"
  FROM currencies c LEFT JOIN fast f USING (assignment_id, tariff_version, country)
    LEFT JOIN unshown u USING (assignment_id, tariff_version, country)
  ORDER BY 1, 2, 3, 5`;
