import { Injectable } from '@nestjs/common';
import { anyCase } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { SaidToken } from './partner-tokens.decide.js';
import { Token } from './token.entity.js';

const COLUMNS = {
  operatorId: 'uuid',
  uid: 'text',
  countryCode: 'text',
  partyId: 'text',
  version: 'integer',
  type: 'text',
  contractId: 'text',
  issuer: 'text',
  groupId: 'text',
  visualNumber: 'text',
  valid: 'boolean',
  whitelist: 'text',
  expiresAt: 'timestamptz',
  partnerId: 'uuid',
} as const;

/** In any case; an expression would use no index under row-level security. */
const UID = 'token.any_case_uid';

/** SQL of tokens. */
@Injectable()
export class TokensStore {
  find(tx: Transaction, { uid, countryCode, partyId }: Pick<Token, 'uid' | 'countryCode' | 'partyId'>) {
    return tx.manager
      .createQueryBuilder(Token, 'token')
      .where(`${UID} = :uid`, { uid: anyCase(uid) })
      .andWhere({ countryCode, partyId })
      .getOne();
  }

  async save(tx: Transaction, tokens: readonly Token[]): Promise<void> {
    if (tokens.length === 0) return;
    const { columns, from, parameters } = unnest(tokens, COLUMNS);
    await tx.query(
      `INSERT INTO tokens (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (operator_id, uid, country_code, party_id) DO UPDATE SET version = EXCLUDED.version,
         type = EXCLUDED.type, contract_id = EXCLUDED.contract_id, issuer = EXCLUDED.issuer, group_id = EXCLUDED.group_id,
         visual_number = EXCLUDED.visual_number, valid = EXCLUDED.valid, whitelist = EXCLUDED.whitelist,
         expires_at = EXCLUDED.expires_at, partner_id = EXCLUDED.partner_id`,
      parameters,
    );
  }

  /** Tokens that were made for starts and whose time was over before then. */
  ofStartsOver(tx: Transaction, before: Date, limit: number): Promise<Token[]> {
    return tx.manager
      .createQueryBuilder(Token, 'token')
      .where(`token.type = 'AD_HOC_USER' AND token.expires_at < :before`, { before })
      .andWhere(
        `EXISTS (SELECT FROM start_requests r WHERE r.operator_id = token.operator_id AND r.token_uid = ${UID})`,
      )
      .orderBy('token.expiresAt')
      .take(limit)
      .getMany();
  }

  /** Gives those that were there. */
  async remove(tx: Transaction, tokens: readonly Token[]): Promise<Token[]> {
    const { from, parameters } = unnest(tokens, {
      ...{ operatorId: 'uuid', uid: 'text', countryCode: 'text', partyId: 'text', version: 'integer' },
    });
    const gone = await tx.query<{ operatorId: string; uid: string }>(
      `DELETE FROM tokens t USING ${from} WHERE t.operator_id = rows.operator_id AND t.uid = rows.uid
         AND t.country_code = rows.country_code AND t.party_id = rows.party_id AND t.version = rows.version
       RETURNING t.operator_id AS "operatorId", t.uid AS uid`,
      parameters,
    );
    const keys = new Set(gone.map(({ operatorId, uid }) => `${operatorId}/${uid}`));
    return tokens.filter(({ operatorId, uid }) => keys.has(`${operatorId}/${uid}`));
  }

  /** All the tokens with these uids, in any case, of the operators in scope. */
  withUids(tx: Transaction, uids: readonly string[]): Promise<Token[]> {
    return tx.manager
      .createQueryBuilder(Token, 'token')
      .where(`${UID} = ANY (:uids)`, { uids: uids.map(anyCase) })
      .orderBy({ 'token.countryCode': 'ASC', 'token.partyId': 'ASC' })
      .getMany();
  }

  /** What partners told of the tokens with these uids, given as they are compared. */
  saidByPartners(tx: Transaction, uids: readonly string[]): Promise<SaidToken[]> {
    return tx.query<SaidToken>(
      `SELECT operator_id AS "operatorId", country_code AS "countryCode", party_id AS "partyId", type, uid, deleted,
         partner_id AS "partnerId", contract_id AS "contractId", issuer, group_id AS "groupId",
         visual_number AS "visualNumber", valid, whitelist
       FROM known_partner_tokens WHERE any_case_uid = ANY ($1)`,
      [uids],
    );
  }
}
