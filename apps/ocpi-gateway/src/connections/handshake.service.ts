import { Injectable, UnauthorizedException } from '@nestjs/common';
import {
  type Credentials,
  OcpiRefusal,
  type ReceivedCredentials,
  type VersionNumber,
  credentialsOf,
  rolesOf,
  statusCodes,
} from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, Clock, type KnownOperator, KnownOperators } from '@chargemesh/service';
import type { Static } from 'typebox';
import { PartnerCalls } from '../calls/partner-calls.service.js';
import { NotAllowed } from '../ocpi/not-allowed.js';
import { PartnerTokens, type Visitor } from '../partners/partner-tokens.service.js';
import { PartnersStore } from '../partners/partners.store.js';
import { agreementWith } from './agreement.js';
import { ConnectionsStore } from './connections.store.js';
import { discover } from './discovery.js';
import { PartnerHttp } from './partner-http.js';

type Received = Static<typeof ReceivedCredentials>;
/** Where a partner came in. */
interface At {
  readonly version: VersionNumber;
  /** Of our versions. */
  readonly versionsUrl: string;
}
type Verb = 'POST' | 'PUT' | 'DELETE';

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
    private readonly calls: PartnerCalls,
  ) {}

  /** Ours, with the token that the partner has just used. */
  async show({ partner, token }: Visitor, { versionsUrl }: At): Promise<Credentials> {
    return credentialsOf({ token: token.said, url: versionsUrl }, await this.cpo(partner));
  }

  /** The partner registers, or does so anew by another invitation, which is good until its new token is used. */
  register(visitor: Visitor, at: At, received: Received): Promise<Credentials> {
    return this.connect(visitor, at, received, 'POST');
  }

  /** The partner has moved, offers something else, changes the version, or renews its token; ours is renewed, too. */
  update(visitor: Visitor, at: At, received: Received): Promise<Credentials> {
    return this.connect(visitor, at, received, 'PUT');
  }

  /** The partner ends the connection; what waits for it is kept, and goes on when it registers anew. */
  async end(visitor: Visitor): Promise<void> {
    const { partner } = visitor;
    await this.alone(partner, () =>
      this.database.transaction([partner.operatorId], async (tx) => {
        await this.demand(tx, visitor, 'DELETE');
        await this.store.remove(tx, partner);
        await this.tokens.removeAll(tx, partner);
        await this.record(tx, partner, 'end-connection', {});
      }),
    );
  }

  /** The partner is read before, in no transaction: it calls us meanwhile, perhaps. */
  private connect(visitor: Visitor, at: At, received: Received, verb: Verb): Promise<Credentials> {
    const { partner } = visitor;
    const { token, url, hub_party_id } = received;
    const { operatorId, partnerId } = partner;
    return this.alone(partner, async () => {
      const cpo = await this.cpo(partner);
      await this.database.transaction([operatorId], (tx) => this.demand(tx, visitor, verb));
      const found = await discover(this.http, { versionsUrl: url, token }, at.version);
      const own = await this.database.transaction([operatorId], async (tx) => {
        await this.demand(tx, visitor, verb);
        const about = { roles: rolesOf(received), hubPartyId: hub_party_id ?? undefined };
        const { version, endpoints, tokenForm } = found;
        const connection = { operatorId, partnerId, version, endpoints, versionsUrl: url, ...about };
        await this.store.save(tx, { ...connection, connectedAt: this.clock.now() }, { token, tokenForm });
        await this.calls.resume(tx, partner);
        await this.record(tx, partner, verb === 'PUT' ? 'renew-connection' : 'connect', { version, url });
        return this.tokens.renew(tx, partner);
      });
      return credentialsOf({ token: own, url: at.versionsUrl }, cpo);
    });
  }

  /**
   * POST is for who has not registered, or was invited anew, PUT and DELETE for who has: all else is 405. The token may have been taken back
   * while the partner was read.
   */
  private async demand(tx: Transaction, { partner, token }: Visitor, verb: Verb): Promise<void> {
    await this.partners.lock(tx, partner.partnerId);
    if (!(await this.tokens.isGood(tx, token.said))) throw new UnauthorizedException('the token is unknown');
    const isRegistered = token.kind !== 'invitation' && (await this.store.has(tx, partner));
    if (isRegistered === (verb !== 'POST')) return;
    if (isRegistered) throw new NotAllowed('registered already', ['GET', 'PUT', 'DELETE']);
    throw new NotAllowed('not registered yet', ['GET', 'POST']);
  }

  private async alone<T>(key: Visitor['partner'], work: () => Promise<T>): Promise<T> {
    const done = await this.database.exclusively(agreementWith(key), async () => ({ result: await work() }));
    if (!done)
      throw new OcpiRefusal(statusCodes.serverError, 'something else is being agreed at the moment: try again');
    return done.result;
  }

  private record(tx: Transaction, { operatorId, partnerId }: Visitor['partner'], action: string, change: object) {
    return this.audit.add(tx, { operatorId, subject: `partner:${partnerId}` }, action, 'partner', partnerId, change);
  }

  private async cpo({ operatorId }: Visitor['partner']): Promise<KnownOperator> {
    const cpo = await this.operators.get(operatorId);
    if (!cpo) throw new Error(`operator ${operatorId} is not known here yet`);
    return cpo;
  }
}
