import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { StoredToken } from './tokens.decide.js';

const KEY = { operatorId: 'uuid', countryCode: 'text', partyId: 'text', anyCaseUid: 'text', type: 'text' } as const;
const COLUMNS = {
  ...KEY,
  uid: 'text',
  version: 'integer',
  partnerId: 'uuid',
  token: 'jsonb',
  lastUpdated: 'timestamptz',
  toldAt: 'timestamptz',
  missingSince: 'timestamptz',
} as const;
const SELECTED = `t.operator_id AS "operatorId", t.country_code AS "countryCode", t.party_id AS "partyId",
  t.any_case_uid AS "anyCaseUid", t.type, t.uid, t.version, t.partner_id AS "partnerId", t.token,
  t.last_updated AS "lastUpdated", t.told_at AS "toldAt", t.missing_since AS "missingSince"`;
const OF_KEY = `t.operator_id = rows.operator_id AND t.country_code = rows.country_code AND t.party_id = rows.party_id
  AND t.any_case_uid = rows.any_case_uid AND t.type = rows.type`;

const KEY_COLUMNS = 't.operator_id, t.country_code, t.party_id, t.any_case_uid, t.type';

export type TokenKey = Pick<StoredToken, keyof typeof KEY>;

/** SQL of the tokens that partners tell of. */
@Injectable()
export class TokensStore {
  find(tx: Transaction, keys: readonly TokenKey[]): Promise<StoredToken[]> {
    const { from, parameters } = unnest(keys, KEY);
    return tx.prepared<StoredToken>(`SELECT ${SELECTED} FROM ${from} JOIN tokens t ON ${OF_KEY}`, parameters);
  }

  async save(tx: Transaction, tokens: readonly StoredToken[]): Promise<void> {
    if (tokens.length === 0) return;
    const { columns, from, parameters } = unnest(tokens, COLUMNS);
    await tx.prepared(
      `INSERT INTO tokens (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (operator_id, country_code, party_id, any_case_uid, type) DO UPDATE SET version = EXCLUDED.version,
         partner_id = EXCLUDED.partner_id, token = EXCLUDED.token, last_updated = EXCLUDED.last_updated,
         told_at = EXCLUDED.told_at, missing_since = EXCLUDED.missing_since`,
      parameters,
    );
  }

  /** The partner has told of these, also where that changes nothing. */
  async heard(tx: Transaction, partnerId: string, keys: readonly TokenKey[], at: Date): Promise<void> {
    const { from, parameters } = unnest(keys, KEY, 3);
    await tx.prepared(
      `UPDATE tokens t SET told_at = $1 FROM ${from} WHERE ${OF_KEY} AND t.partner_id = $2 AND t.told_at < $1`,
      [at, partnerId, ...parameters],
    );
  }

  /** Tokens of operators in the order of their keys, behind one, which nobody changes until the end of the transaction. */
  behind(
    tx: Transaction,
    operatorIds: readonly string[],
    after: readonly string[] | undefined,
    limit: number,
  ): Promise<StoredToken[]> {
    return tx.query<StoredToken>(
      `SELECT ${SELECTED} FROM tokens t WHERE t.operator_id = ANY ($1)
         AND ($2::text[] IS NULL OR (${KEY_COLUMNS}) > (($2::text[])[1]::uuid, ($2::text[])[2], ($2::text[])[3], ($2::text[])[4], ($2::text[])[5]))
       ORDER BY ${KEY_COLUMNS} LIMIT $3 FOR SHARE`,
      [operatorIds, after ?? null, limit],
    );
  }

  /** What a partner has told of last before then, and is not known to be missing. */
  toldBefore(
    tx: Transaction,
    { operatorId, partnerId }: Pick<StoredToken, 'operatorId' | 'partnerId'>,
    before: Date,
    limit: number,
  ): Promise<StoredToken[]> {
    return tx.prepared<StoredToken>(
      `SELECT ${SELECTED} FROM tokens t
       WHERE t.operator_id = $1 AND t.partner_id = $2 AND t.told_at < $3 AND t.missing_since IS NULL LIMIT $4`,
      [operatorId, partnerId, before, limit],
    );
  }
}
