import { Injectable } from '@nestjs/common';
import type { Party } from '@chargemesh/ocpi';
import { Database } from '@chargemesh/persistence';
import { KnownOperators } from '@chargemesh/service';
import type { Partner } from '../partners/partner.entity.js';
import { PartnersStore } from '../partners/partners.store.js';
import type { Access, Connection } from './connection.js';
import { ConnectionsStore } from './connections.store.js';

/** How a partner is reached at this moment. */
export interface Reached {
  readonly partner: Partner;
  readonly connection: Connection;
  readonly access: Access;
  /** Who speaks to whom. OCPI 2.2.1 and 2.3.0, transport_and_format, "Message Routing Headers". */
  readonly routing: Readonly<Record<string, string>>;
}

/** Finds how partners are reached. Read for every attempt: a partner may have moved, or renewed the token. */
@Injectable()
export class Reach {
  constructor(
    private readonly database: Database,
    private readonly operators: KnownOperators,
    private readonly partners: PartnersStore,
    private readonly connections: ConnectionsStore,
  ) {}

  /** Throws, where it cannot be. */
  async to({ operatorId, partnerId }: Pick<Connection, 'operatorId' | 'partnerId'>): Promise<Reached> {
    const key = { operatorId, partnerId };
    const { partner, connection, access } = await this.database.transaction([operatorId], async (tx) => ({
      partner: await this.partners.find(tx, partnerId),
      connection: await this.connections.find(tx, key),
      access: await this.connections.access(tx, key),
    }));
    if (!partner || !connection) throw new Error('the partner is not connected');
    if (!access) throw new Error('our token was sealed by a key that is gone');
    const cpo = await this.operators.get(operatorId);
    if (!cpo) throw new Error(`operator ${operatorId} is not known here yet`);
    const from = { 'ocpi-from-country-code': cpo.countryCode, 'ocpi-from-party-id': cpo.partyId };
    return { partner, connection, access, routing: { ...from, ...addressedTo(partner) } };
  }
}

/** To a hub itself alone goes what is meant for all behind it, and what is asked of it. */
export function addressedTo({ countryCode, partyId }: Party): Reached['routing'] {
  return { 'ocpi-to-country-code': countryCode, 'ocpi-to-party-id': partyId };
}
