import { Injectable } from '@nestjs/common';
import type { Party, VersionNumber } from '@chargemesh/ocpi';
import type { Transaction } from '@chargemesh/persistence';
import { receives } from '../connections/connections.store.js';
import { Partner } from './partner.entity.js';

/** Whose a token is: the partner that told of it, or else that of its party. */
export interface Owner extends Party {
  readonly operatorId: string;
  readonly partnerId?: string | undefined;
}

/** Who is sent something. */
export interface Receiver {
  readonly partnerId: string;
  /** Of the connection; null, while the partner is not connected. */
  readonly version: VersionNumber | null;
}

@Injectable()
export class PartnersStore {
  find(tx: Transaction, partnerId: string): Promise<Partner | null> {
    return tx.manager.findOne(Partner, { where: { partnerId } });
  }

  /** The parties of all partners of an operator. */
  parties(tx: Transaction, operatorId: string): Promise<Pick<Partner, 'partnerId' | 'countryCode' | 'partyId'>[]> {
    return tx.query(
      `SELECT partner_id AS "partnerId", country_code AS "countryCode", party_id AS "partyId"
       FROM partners WHERE operator_id = $1`,
      [operatorId],
    );
  }

  /** The partners that receive CDRs or have been connected and are not, for each owner; in its place of the list. */
  async receiversOf(tx: Transaction, owners: readonly Owner[]): Promise<Receiver[][]> {
    if (owners.length === 0) return [];
    const rows = await tx.prepared<Receiver & { at: number }>(
      `SELECT of.at::int AS at, p.partner_id AS "partnerId", c.version
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY
         AS of (operator_id, partner_id, country_code, party_id, at)
       JOIN partners p ON p.operator_id = of.operator_id AND CASE WHEN of.partner_id IS NULL
         THEN p.country_code = of.country_code AND p.party_id = of.party_id ELSE p.partner_id = of.partner_id END
       LEFT JOIN connections c ON c.operator_id = p.operator_id AND c.partner_id = p.partner_id
       WHERE CASE WHEN c.partner_id IS NULL THEN p.connected_at IS NOT NULL ELSE ${receives('c.endpoints', `'cdrs'`)} END`,
      [
        owners.map(({ operatorId }) => operatorId),
        owners.map(({ partnerId }) => partnerId ?? null),
        owners.map(({ countryCode }) => countryCode),
        owners.map(({ partyId }) => partyId),
      ],
    );
    return owners.map((_, index) => rows.filter(({ at }) => at === index + 1));
  }

  /** Reads a partner for a change of it. */
  lock(tx: Transaction, partnerId: string): Promise<Partner | null> {
    return tx.manager.findOne(Partner, { where: { partnerId }, lock: { mode: 'pessimistic_write' } });
  }

  async save(tx: Transaction, partner: Partner): Promise<void> {
    await tx.manager.upsert(Partner, partner, ['operatorId', 'partnerId']);
  }
}
