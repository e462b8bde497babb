import { Injectable } from '@nestjs/common';
import type { BilledCdr, ListQuery, Party } from '@chargemesh/ocpi';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { StoredCdr } from './cdrs.decide.js';

const COLUMNS = {
  operatorId: 'uuid',
  cdrId: 'uuid',
  tokenCountryCode: 'text',
  tokenPartyId: 'text',
  cdr: 'jsonb',
  lastUpdated: 'timestamptz',
};

export interface CdrRow {
  /** A bigint, hence text. */
  readonly position: string;
  readonly cdr: BilledCdr;
  readonly lastUpdated: Date;
}

const OF_PARTY = `operator_id = $1 AND token_country_code = $2 AND token_party_id = $3
  AND last_updated >= COALESCE($4::timestamptz, '-infinity') AND last_updated < COALESCE($5::timestamptz, 'infinity')`;

@Injectable()
export class CdrsStore {
  /** Positions rise in the order of commits only where one writer at a time adds to an operator's list. */
  async holdOrder(tx: Transaction, operatorIds: readonly string[]): Promise<void> {
    await tx.lock(operatorIds.map((operatorId) => `ocpi-cdrs:${operatorId}`));
  }

  /** Writes CDRs that are not there yet. */
  async add(tx: Transaction, cdrs: readonly StoredCdr[]): Promise<void> {
    const { columns, from, parameters } = unnest(cdrs, COLUMNS);
    await tx.query(
      `INSERT INTO cdrs (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT (cdr_id) DO NOTHING`,
      parameters,
    );
  }

  /** The CDRs of a party's tokens in the order in which they came, from the cursor on or, without one, from the offset. */
  list(tx: Transaction, operatorId: string, party: Party, query: ListQuery, take: number): Promise<CdrRow[]> {
    return tx.query<CdrRow>(
      `SELECT position::text, cdr, last_updated AS "lastUpdated" FROM cdrs
       WHERE ${OF_PARTY} AND position > $6::bigint ORDER BY cdrs.position OFFSET $7 LIMIT $8`,
      [...values(operatorId, party, query), query.cursor ?? '0', query.cursor === undefined ? query.offset : 0, take],
    );
  }

  async count(tx: Transaction, operatorId: string, party: Party, query: ListQuery): Promise<number> {
    const [row] = await tx.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM cdrs WHERE ${OF_PARTY}`,
      values(operatorId, party, query),
    );
    return row?.total ?? 0;
  }
}

function values(operatorId: string, { countryCode, partyId }: Party, { dateFrom, dateTo }: ListQuery): unknown[] {
  return [operatorId, countryCode, partyId, dateFrom ?? null, dateTo ?? null];
}
