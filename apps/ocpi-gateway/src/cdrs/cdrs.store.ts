import { Injectable } from '@nestjs/common';
import type { BilledCdr, ListQuery, Precision, PricedPeriod, VersionNumber } from '@chargemesh/ocpi';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { Partner } from '../partners/partner.entity.js';
import type { HeldIn, StoredCdr } from './cdrs.decide.js';

const COLUMNS = {
  operatorId: 'uuid',
  cdrId: 'uuid',
  tokenCountryCode: 'text',
  tokenPartyId: 'text',
  partnerId: 'uuid',
  cdr: 'jsonb',
  periods: 'jsonb',
  precisions: 'jsonb',
  held: 'jsonb',
  lastUpdated: 'timestamptz',
};

export interface CdrRow {
  /** A bigint, hence text. */
  readonly position: string;
  readonly cdr: BilledCdr;
  readonly lastUpdated: Date;
}

/** One that is sent in the version that was asked for. */
export interface SentRow extends CdrRow {
  readonly periods: readonly PricedPeriod[] | null;
  readonly precision: Precision;
}

const SENT_COLUMNS = (version: string) =>
  `position::text, cdr, periods, precisions ->> ${version} AS precision, last_updated AS "lastUpdated"`;
const IN_TIME = `last_updated >= COALESCE($4::timestamptz, '-infinity')
  AND last_updated < COALESCE($5::timestamptz, 'infinity') AND precisions ? $6`;
/** A CDR is that of the partner that told of its token when the session began, however the token has moved since. */
const ofPartner = (columns: string, more = ''): string =>
  `(SELECT ${columns} FROM cdrs WHERE operator_id = $1 AND partner_id = $7 AND ${IN_TIME} ${more})
   UNION ALL
   (SELECT ${columns} FROM cdrs WHERE operator_id = $1 AND partner_id IS NULL AND token_country_code = $2
      AND token_party_id = $3 AND ${IN_TIME} ${more})`;

@Injectable()
export class CdrsStore {
  /** Locks the operators' lists: positions rise in the order of commits only where one writer at a time adds to an operator's list. */
  async lockOrder(tx: Transaction, operatorIds: readonly string[]): Promise<void> {
    await tx.lock(operatorIds.map((operatorId) => `ocpi-cdrs:${operatorId}`));
  }

  /** Writes CDRs that are not there yet. */
  async add(tx: Transaction, cdrs: readonly StoredCdr[]): Promise<void> {
    const { columns, from, parameters } = unnest(cdrs, COLUMNS);
    await tx.prepared(
      `INSERT INTO cdrs (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT (cdr_id) DO NOTHING`,
      parameters,
    );
  }

  /** The CDRs of a partner's tokens in the order in which they came, from the cursor on or, without one, from the offset. */
  list(tx: Transaction, partner: Partner, version: VersionNumber, query: ListQuery, take: number): Promise<SentRow[]> {
    const from = query.cursor === undefined ? query.offset : 0;
    // Each of both in the order of its index, so that no page has to sort what comes behind it.
    const each = 'AND position > $8::bigint ORDER BY cdrs.position LIMIT $9::bigint + $10::bigint';
    return tx.query<SentRow>(
      `SELECT ${SENT_COLUMNS('$6')} FROM (
         ${ofPartner('position, cdr, periods, precisions, last_updated', each)}
       ) AS cdrs ORDER BY cdrs.position OFFSET $9 LIMIT $10`,
      [...values(partner, version, query), query.cursor ?? '0', from, take],
    );
  }

  /** One of a partner's tokens, where it is told in the version. */
  async find(
    tx: Transaction,
    { operatorId, partnerId, countryCode, partyId }: Partner,
    version: VersionNumber,
    cdrId: string,
  ): Promise<SentRow | undefined> {
    const [row] = await tx.query<SentRow>(
      `SELECT ${SENT_COLUMNS('$6')} FROM cdrs WHERE cdr_id = $1 AND operator_id = $2 AND precisions ? $6
         AND (partner_id = $3 OR partner_id IS NULL AND token_country_code = $4 AND token_party_id = $5)`,
      [cdrId, operatorId, partnerId, countryCode, partyId, version],
    );
    return row;
  }

  async count(tx: Transaction, partner: Partner, version: VersionNumber, query: ListQuery): Promise<number> {
    const [row] = await tx.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM (${ofPartner('1')}) AS cdrs`,
      values(partner, version, query),
    );
    return row?.total ?? 0;
  }

  /** Those of the CDRs that are held in some version. */
  async heldAmong(tx: Transaction, cdrIds: readonly string[]): Promise<HeldIn> {
    if (cdrIds.length === 0) return new Map();
    const rows = await tx.prepared<{ cdrId: string; versions: VersionNumber[] }>(
      `SELECT cdr_id AS "cdrId", ARRAY(SELECT jsonb_object_keys(held)) AS versions FROM cdrs
       WHERE cdr_id = ANY ($1) AND held <> '{}'`,
      [cdrIds],
    );
    return new Map(rows.map(({ cdrId, versions }) => [cdrId, versions]));
  }
}

function values(
  { operatorId, partnerId, countryCode, partyId }: Partner,
  version: VersionNumber,
  { dateFrom, dateTo }: ListQuery,
): unknown[] {
  return [operatorId, countryCode, partyId, dateFrom ?? null, dateTo ?? null, version, partnerId];
}
