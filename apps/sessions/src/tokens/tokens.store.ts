import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { MoreThan } from 'typeorm';
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

@Injectable()
export class TokensStore {
  find(tx: Transaction, key: Pick<Token, 'uid' | 'countryCode' | 'partyId'>): Promise<Token | null> {
    return tx.manager.findOne(Token, { where: key });
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

  list(tx: Transaction, after: string | undefined, take: number): Promise<Token[]> {
    const where = after === undefined ? {} : { uid: MoreThan(after) };
    return tx.manager.find(Token, { where, order: { uid: 'ASC', countryCode: 'ASC', partyId: 'ASC' }, take });
  }

  /** Of all the tokens with these uids, of the operators in scope. */
  withUids(tx: Transaction, uids: readonly string[]): Promise<Token[]> {
    return tx.manager.createQueryBuilder(Token, 'token').where('token.uid = ANY (:uids)', { uids }).getMany();
  }
}
