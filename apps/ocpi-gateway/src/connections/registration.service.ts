import { Injectable } from '@nestjs/common';
import { SchemaViolation, validator } from '@chargemesh/contracts';
import { OcpiRefusal, ReceivedCredentials, credentialsOf, rolesOf } from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, KnownOperators, problem } from '@chargemesh/service';
import { PartnerTokens } from '../partners/partner-tokens.service.js';
import { PartnersStore } from '../partners/partners.store.js';
import { type Connection, endpointOf } from './connection.js';
import { ConnectionsStore } from './connections.store.js';
import { discover } from './discovery.js';
import { type Entry, PartnerFailed, PartnerHttp } from './partner-http.js';
import type { ConnectionView, InvitedBody } from './registration.schema.js';

const credentialsIn = validator(ReceivedCredentials);

type Key = Pick<Connection, 'operatorId' | 'partnerId'>;
/** What a registration is sent by: POST the first time, PUT to renew it. */
interface Sent {
  readonly method: 'POST' | 'PUT';
  readonly entry: Pick<Entry, 'token'>;
  readonly versionsUrl: string;
}

/** Registers us at partners, renews and ends what was registered. OCPI 2.2.1 and 2.3.0, credentials. */
@Injectable()
export class Registration {
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

  /** Registers at a partner that has invited us. @param ownVersionsUrl where it finds what we offer */
  async register(
    caller: Caller,
    partnerId: string,
    invited: InvitedBody,
    ownVersionsUrl: string,
  ): Promise<ConnectionView> {
    const key = { operatorId: caller.operatorId, partnerId };
    if (await this.read(key)) throw problem('partner-connected', { partnerId });
    const sent: Sent = { method: 'POST', entry: { token: invited.token }, versionsUrl: invited.versionsUrl };
    return this.exchange(caller, key, sent, ownVersionsUrl);
  }

  /** Renews the tokens of both sides, and reads anew what the partner offers. */
  async renew(caller: Caller, partnerId: string, ownVersionsUrl: string): Promise<ConnectionView> {
    const key = { operatorId: caller.operatorId, partnerId };
    const { versionsUrl, token } = await this.demand(key);
    return this.exchange(caller, key, { method: 'PUT', entry: { token }, versionsUrl }, ownVersionsUrl);
  }

  /** Ends the connection on both sides; a partner that does not answer is told nothing more, and has no token here either. */
  async end(caller: Caller, partnerId: string): Promise<void> {
    const key = { operatorId: caller.operatorId, partnerId };
    const connection = await this.demand(key);
    const url = endpointOf(connection, 'credentials');
    const failed = await this.http.call(connection, { method: 'DELETE', url: url ?? '' }).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await this.database.transaction([key.operatorId], async (tx) => {
      await this.store.remove(tx, key);
      await this.tokens.removeAll(tx, key);
      await this.audit.add(tx, caller, 'end-connection', 'partner', partnerId, { failed });
    });
  }

  async get({ operatorId }: Caller, partnerId: string): Promise<ConnectionView> {
    return viewOf(await this.demand({ operatorId, partnerId }));
  }

  /** Our new token is good before the partner is told of it, since it reads us meanwhile; if it does not take it, it never was. */
  private async exchange(caller: Caller, key: Key, sent: Sent, ownVersionsUrl: string): Promise<ConnectionView> {
    const found = await discover(this.http, { versionsUrl: sent.versionsUrl, token: sent.entry.token }).catch(failure);
    const own = await this.within(key, (tx) => this.tokens.add(tx, key, 'access'));
    const told = await this.send(key, { ...sent, ...found }, { token: own, url: ownVersionsUrl }).catch(
      async (error) => {
        await this.within(key, (tx) => this.tokens.remove(tx, own));
        return failure(error);
      },
    );
    const connection: Connection = {
      ...{ ...key, ...found, token: told.token, versionsUrl: told.url, roles: rolesOf(told) },
      ...{ hubPartyId: told.hub_party_id, connectedAt: this.clock.now() },
    };
    await this.within(key, async (tx) => {
      await this.store.save(tx, connection);
      await this.tokens.endOlder(tx, key, own);
      const { version, versionsUrl } = connection;
      await this.audit.add(
        tx,
        caller,
        sent.method === 'POST' ? 'connect' : 'renew-connection',
        'partner',
        key.partnerId,
        {
          ...{ version, versionsUrl },
        },
      );
    });
    return viewOf(connection);
  }

  private async send(key: Key, { method, entry, endpoints, tokenForm }: SentTo, own: { token: string; url: string }) {
    const cpo = await this.operators.get(key.operatorId);
    if (!cpo) throw new Error(`operator ${key.operatorId} is not known here yet`);
    const url = endpointOf({ endpoints }, 'credentials') ?? '';
    const body = credentialsOf(own, cpo);
    return credentialsIn(await this.http.call({ ...entry, tokenForm }, { method, url, body }));
  }

  private async demand(key: Key): Promise<Connection> {
    const connection = await this.read(key);
    if (!connection) throw problem('partner-not-connected', { partnerId: key.partnerId });
    return connection;
  }

  private read(key: Key): Promise<Connection | undefined> {
    return this.within(key, async (tx) => {
      if (!(await this.partners.find(tx, key.partnerId))) throw problem('not-found', { partnerId: key.partnerId });
      return this.store.find(tx, key);
    });
  }

  private within<T>({ operatorId }: Key, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction([operatorId], work);
  }
}

type SentTo = Sent & Pick<Connection, 'endpoints' | 'tokenForm'>;

/** What the operator is told of a partner with which it did not work. */
function failure(error: unknown): never {
  if (error instanceof OcpiRefusal || error instanceof PartnerFailed || error instanceof SchemaViolation)
    throw problem('partner-failed', { detail: error.message });
  throw error;
}

function viewOf({ version, versionsUrl, roles, hubPartyId, endpoints, connectedAt }: Connection): ConnectionView {
  return {
    ...{ version, versionsUrl, roles: [...roles], endpoints: [...endpoints], connectedAt: connectedAt.toISOString() },
    ...(hubPartyId === undefined ? {} : { hubPartyId }),
  };
}
