import { Inject, Injectable } from '@nestjs/common';
import { SchemaViolation, validator } from '@chargemesh/contracts';
import type { Logger } from '@chargemesh/messaging';
import { type Credentials, OcpiRefusal, ReceivedCredentials, credentialsOf, rolesOf } from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, KnownOperators, LOGGER, problem } from '@chargemesh/service';
import { PartnerCalls } from '../calls/partner-calls.service.js';
import { PartnerTokens } from '../partners/partner-tokens.service.js';
import { PartnersStore } from '../partners/partners.store.js';
import { agreementWith } from './agreement.js';
import { type Access, type Connection, endpointOf } from './connection.js';
import { ConnectionsStore } from './connections.store.js';
import { discover } from './discovery.js';
import { PartnerFailed, PartnerHttp } from './partner-http.js';
import type { ConnectionView, InvitedBody } from './registration.schema.js';

const received = validator(ReceivedCredentials);

type Key = Pick<Connection, 'operatorId' | 'partnerId'>;
/** A registration as it is sent: by POST the first time, by PUT to renew it. */
interface Sending extends Pick<Access, 'token'> {
  readonly method: 'POST' | 'PUT';
  /** Of the partner. */
  readonly versionsUrl: string;
  /** Where it finds what we offer. */
  readonly ownVersionsUrl: string;
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
    private readonly calls: PartnerCalls,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Registers at a partner that has invited us. */
  register(caller: Caller, partnerId: string, invited: InvitedBody, ownVersionsUrl: string): Promise<ConnectionView> {
    const key = { operatorId: caller.operatorId, partnerId };
    return this.alone(key, async () => {
      if (await this.read(key)) throw problem('partner-connected', { partnerId });
      return this.exchange(caller, key, { method: 'POST', ...invited, ownVersionsUrl });
    });
  }

  /** Renews the tokens of both sides, and reads anew what the partner offers. */
  renew(caller: Caller, partnerId: string, ownVersionsUrl: string): Promise<ConnectionView> {
    const key = { operatorId: caller.operatorId, partnerId };
    return this.alone(key, async () => {
      const { versionsUrl } = await this.demand(key);
      const access = await this.within(key, (tx) => this.store.access(tx, key));
      if (!access) throw problem('partner-failed', { detail: 'our token was sealed by a key that is gone' });
      return this.exchange(caller, key, { method: 'PUT', token: access.token, versionsUrl, ownVersionsUrl });
    });
  }

  /** Ends the connection here at once, and tells the partner. */
  async end(caller: Caller, partnerId: string): Promise<void> {
    const key = { operatorId: caller.operatorId, partnerId };
    const connection = await this.demand(key);
    const access = await this.within(key, async (tx) => {
      await this.partners.lock(tx, partnerId);
      const known = await this.store.access(tx, key);
      await this.store.remove(tx, key);
      await this.tokens.removeAll(tx, key);
      await this.audit.add(tx, caller, 'end-connection', 'partner', partnerId, {});
      return known;
    });
    const url = endpointOf(connection, 'credentials');
    if (!access || url === undefined) return;
    await this.http.call(access, { method: 'DELETE', url }).catch((err: unknown) => {
      this.logger.warn({ err, partnerId }, 'a partner was not told that its connection is ended');
    });
  }

  async get({ operatorId }: Caller, partnerId: string): Promise<ConnectionView> {
    return viewOf(await this.demand({ operatorId, partnerId }));
  }

  /**
   * Our new token is good before the partner is told of it, since it reads us meanwhile. Where the answer is lost it may have taken it, and
   * uses it then; where it has refused, it never was.
   */
  private async exchange(caller: Caller, key: Key, sending: Sending): Promise<ConnectionView> {
    const { tokenForm, ...found } = await discover(this.http, sending).catch(failure);
    const own = await this.within(key, (tx) => this.tokens.propose(tx, key));
    const answer = await this.send(key, { ...sending, ...found, tokenForm, own }).catch(async (error: unknown) => {
      if (error instanceof PartnerFailed && error.isRefusal)
        await this.within(key, (tx) => this.tokens.withdraw(tx, own));
      return failure(error);
    });
    const connection: Connection = {
      ...{ ...key, ...found, versionsUrl: answer.url, roles: rolesOf(answer) },
      ...{ hubPartyId: answer.hub_party_id ?? undefined, connectedAt: this.clock.now() },
    };
    await this.within(key, async (tx) => {
      await this.partners.lock(tx, key.partnerId);
      await this.store.save(tx, connection, { token: answer.token, tokenForm });
      await this.tokens.accept(tx, key, own);
      await this.calls.resume(tx, key);
      const { version, versionsUrl } = connection;
      const action = sending.method === 'POST' ? 'connect' : 'renew-connection';
      await this.audit.add(tx, caller, action, 'partner', key.partnerId, { version, versionsUrl });
    });
    return viewOf(connection);
  }

  private async send(
    { operatorId }: Key,
    {
      method,
      endpoints,
      own,
      ownVersionsUrl,
      token,
      tokenForm,
    }: Sending & Access & { own: string } & Pick<Connection, 'endpoints'>,
  ) {
    const cpo = await this.operators.get(operatorId);
    if (!cpo) throw new Error(`operator ${operatorId} is not known here yet`);
    const url = endpointOf({ endpoints }, 'credentials') ?? '';
    const body: Credentials = credentialsOf({ token: own, url: ownVersionsUrl }, cpo);
    return received(await this.http.call({ token, tokenForm }, { method, url, body }));
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

  private async alone<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const done = await this.database.exclusively(agreementWith(key), async () => ({ result: await work() }));
    if (!done) throw problem('partner-busy', { partnerId: key.partnerId });
    return done.result;
  }

  private within<T>({ operatorId }: Key, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction([operatorId], work);
  }
}

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
