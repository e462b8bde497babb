import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { APPLYING, ASKED, type Applying, type Customer } from '../assignments/assignments.store.js';
import { VAT_OF_ROWS } from '../vat/vat.store.js';

/** Where, for whom and when a price is asked for: at a station, with or without its EVSE, or at any of a location. */
export interface PriceQuery {
  readonly stationId: string | undefined;
  readonly evseId: number | undefined;
  readonly locationId: string | undefined;
  readonly customer: Customer | undefined;
  readonly at: Date;
}

/** The place, once for each assignment that applies there, and once where none does. */
export interface Found {
  readonly operatorId: string;
  readonly country: string | null;
  readonly timeZone: string;
  readonly vatPercent: string | null;
  readonly applying: Omit<Applying, 'id'> | null;
}

@Injectable()
export class PriceAtStore {
  /** All that a price needs but the tariff itself, in one statement. */
  find(tx: Transaction, { stationId, evseId, locationId, customer, at }: PriceQuery): Promise<Found[]> {
    const { type, contractId, groupId, countryCode, partyId } = customer ?? {};
    const where = stationId === undefined ? AT_LOCATION : AT_STATION;
    const parameters = [stationId ?? locationId, evseId, at, type, contractId, groupId, countryCode, partyId];
    return tx.prepared<Found>(
      `${where} ${FOUND}`,
      parameters.map((parameter) => parameter ?? null),
    );
  }
}

const QUERY = `$2::integer AS evse_id, $3::timestamptz AS at, $4::text AS type, $5::text AS contract_id,
  $6::text AS group_id, $7::text AS country_code, $8::text AS party_id, l.operator_id, l.location_id, l.country,
  l.time_zone, ($3::timestamptz AT TIME ZONE l.time_zone)::date AS day`;

const AT_STATION = `WITH rows AS (SELECT ${QUERY}, s.station_id
  FROM known_stations s JOIN known_locations l USING (location_id) WHERE s.station_id = $1 AND NOT s.deleted)`;

const AT_LOCATION = `WITH rows AS (SELECT ${QUERY}, NULL::text AS station_id
  FROM known_locations l WHERE l.location_id = $1 AND NOT l.deleted)`;

const FOUND = `, ${ASKED}
  SELECT rows.operator_id AS "operatorId", rows.country, rows.time_zone AS "timeZone", ${VAT_OF_ROWS} AS "vatPercent", applying
  FROM rows LEFT JOIN (
    SELECT jsonb_build_object('assignmentId', a.assignment_id, 'tariffId', a.tariff_id, 'scope', a.scope,
      'audience', a.audience, 'tariffVersion', v.tariff_version) AS applying
    FROM asked ${APPLYING}) a ON true`;
