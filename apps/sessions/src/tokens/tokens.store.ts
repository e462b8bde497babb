import { Injectable } from '@nestjs/common';
import { anyCase } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
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

  async save(tx: Transaction, token: Token): Promise<void> {
    const { columns, from, parameters } = unnest([token], COLUMNS);
    await tx.query(
      `INSERT INTO tokens (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (operator_id, uid, country_code, party_id) DO UPDATE SET version = EXCLUDED.version,
         type = EXCLUDED.type, contract_id = EXCLUDED.contract_id, issuer = EXCLUDED.issuer, group_id = EXCLUDED.group_id,
         visual_number = EXCLUDED.visual_number, valid = EXCLUDED.valid, whitelist = EXCLUDED.whitelist,
         expires_at = EXCLUDED.expires_at`,
      parameters,
    );
  }

  /** All the tokens with these uids, in any case, of the operators in scope. */
  withUids(tx: Transaction, uids: readonly string[]): Promise<Token[]> {
    return tx.manager
      .createQueryBuilder(Token, 'token')
      .where(`${UID} = ANY (:uids)`, { uids: uids.map(anyCase) })
      .orderBy({ 'token.countryCode': 'ASC', 'token.partyId': 'ASC' })
      .getMany();
  }
}
