import { Injectable, MethodNotAllowedException } from '@nestjs/common';
import {
  type Credentials,
  type ReceivedCredentials,
  type VersionNumber,
  credentialsOf,
  rolesOf,
} from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, Clock, KnownOperators } from '@chargemesh/service';
import type { Static } from 'typebox';
import { PartnerTokens, type Visitor } from '../partners/partner-tokens.service.js';
import { PartnersStore } from '../partners/partners.store.js';
import { ConnectionsStore } from './connections.store.js';
import { type Found, discover } from './discovery.js';
import { PartnerHttp } from './partner-http.js';

type Told = Static<typeof ReceivedCredentials>;
/** Where a partner came in. */
interface At {
  readonly version: VersionNumber;
  /** Of our versions. */
  readonly versionsUrl: string;
}

/** Credentials as partners read, give, renew and end them. OCPI 2.2.1 and 2.3.0, credentials. */
@Injectable()
export class Handshake {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly operators: KnownOperators,
    private readonly partners: PartnersStore,
    private readonly tokens: PartnerTokens,
    private readonly store: ConnectionsStore,
    private readonly http: PartnerHttp,
  ) {}

  /** Ours, with the token that the partner has just used. */
  show({ partner, token }: Visitor, { versionsUrl }: At): Promise<Credentials> {
    return this.credentials(partner.operatorId, token.said, versionsUrl);
  }

  /** The partner registers: its invitation is dead then. */
  register(visitor: Visitor, at: At, told: Told): Promise<Credentials> {
    return this.connect(visitor, at, told, { isRegistered: false });
  }

  /** The partner has moved, offers something else, changes the version, or renews its token; ours is renewed, too. */
  update(visitor: Visitor, at: At, told: Told): Promise<Credentials> {
    return this.connect(visitor, at, told, { isRegistered: true });
  }

  /** The partner ends the connection; what waits for it is kept, and goes on when it registers anew. */
  async end({ partner }: Visitor): Promise<void> {
    await this.database.transaction([partner.operatorId], async (tx) => {
      await this.demand(tx, partner, { isRegistered: true });
      await this.store.remove(tx, partner);
      await this.tokens.removeAll(tx, partner);
      await this.record(tx, partner, 'end-connection', {});
    });
  }

  /** The partner is read before, in no transaction: it calls us meanwhile, perhaps. */
  private async connect(
    { partner }: Visitor,
    { version, versionsUrl }: At,
    told: Told,
    wanted: { isRegistered: boolean },
  ): Promise<Credentials> {
    const { operatorId } = partner;
    await this.database.transaction([operatorId], (tx) => this.demand(tx, partner, wanted));
    const found = await discover(this.http, { versionsUrl: told.url, token: told.token }, version);
    const token = await this.database.transaction([operatorId], async (tx) => {
      await this.demand(tx, partner, wanted);
      await this.store.save(tx, { ...partner, ...connectionOf(told, found), connectedAt: this.clock.now() });
      await this.record(tx, partner, wanted.isRegistered ? 'renew-connection' : 'connect', { version, url: told.url });
      return this.tokens.renew(tx, partner);
    });
    return this.credentials(operatorId, token, versionsUrl);
  }

  /** POST is for who has not registered, PUT and DELETE for who has: all else is 405. */
  private async demand(tx: Transaction, key: Visitor['partner'], { isRegistered }: { isRegistered: boolean }) {
    await this.partners.lock(tx, key.partnerId);
    if (((await this.store.find(tx, key)) !== undefined) === isRegistered) return;
    throw new MethodNotAllowedException(isRegistered ? 'not registered yet' : 'registered already');
  }

  private record(tx: Transaction, { operatorId, partnerId }: Visitor['partner'], action: string, change: object) {
    return this.audit.add(tx, { operatorId, subject: `partner:${partnerId}` }, action, 'partner', partnerId, change);
  }

  private async credentials(operatorId: string, token: string, url: string): Promise<Credentials> {
    const cpo = await this.operators.get(operatorId);
    if (!cpo) throw new Error(`operator ${operatorId} is not known here yet`);
    return credentialsOf({ token, url }, cpo);
  }
}

function connectionOf(told: Told, found: Found) {
  const { token, url, hub_party_id } = told;
  return { ...found, token, versionsUrl: url, roles: rolesOf(told), hubPartyId: hub_party_id };
}
