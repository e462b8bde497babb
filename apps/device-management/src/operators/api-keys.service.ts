import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ApiKeyState, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  type Page,
  type QueryOf,
  SecretHasher,
  problem,
  statesOf,
  Precondition,
} from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { TakenIdsStore } from '../ids/taken-ids.store.js';
import { ApiKey } from './api-key.entity.js';
import { type ApiKeyBody, type ApiKeyView, apiKeyTag } from './operators.schema.js';
import { apiKeysList } from './operators.list.js';
import { OperatorsStore } from './operators.store.js';

const KEY_BYTES = 32;

@Injectable()
export class ApiKeysService {
  readonly states = statesOf(ApiKey, ['apiKeyId'], (_tx, rows) => rows.map((row) => this.stateOf(row)));

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly hasher: SecretHasher,
    private readonly ids: TakenIdsStore,
    private readonly store: OperatorsStore,
  ) {}

  create(caller: Caller, operatorId: string, body: ApiKeyBody): Promise<ApiKeyView> {
    return this.put(caller, operatorId, uuidv7({ msecs: this.clock.now().getTime() }), body);
  }

  /** Creates a key with an id of the caller's choice, or changes what it may do; the answer to the first has the key. */
  put(
    caller: Caller,
    operatorId: string,
    apiKeyId: string,
    body: ApiKeyBody,
    wanted = Precondition.none,
  ): Promise<ApiKeyView> {
    return this.within(caller, operatorId, async (tx) => {
      if (!(await this.ids.take(tx, 'api-key', apiKeyId, operatorId))) throw problem('id-taken', { apiKeyId });
      const known = await this.store.lockApiKey(tx, apiKeyId);
      wanted.demand(known && !known.deleted ? apiKeyTag.of(viewOf(known)) : undefined);
      if (known?.deleted) throw problem('conflict', { detail: 'the key was revoked; create another one' });
      const key = known ? undefined : `cmk_${randomBytes(KEY_BYTES).toString('base64url')}`;
      const row: ApiKey = {
        apiKeyId,
        operatorId,
        version: (known?.version ?? 0) + 1,
        name: body.name,
        hash: known?.hash ?? this.hasher.hash(key ?? ''),
        role: body.role,
        expiresAt: body.expiresAt === undefined ? null : new Date(body.expiresAt),
        deleted: false,
      };
      await this.save(tx, caller, row, known ? 'change' : 'create');
      return { ...viewOf(row), ...(key === undefined ? {} : { apiKey: key }) };
    });
  }

  revoke(caller: Caller, operatorId: string, apiKeyId: string, wanted = Precondition.none): Promise<void> {
    return this.within(caller, operatorId, async (tx) => {
      const known = await this.store.lockApiKey(tx, apiKeyId);
      if (!known || known.deleted) throw problem('not-found', { apiKeyId });
      wanted.demand(apiKeyTag.of(viewOf(known)));
      await this.save(tx, caller, { ...known, version: known.version + 1, deleted: true }, 'revoke');
    });
  }

  get(caller: Caller, operatorId: string, apiKeyId: string): Promise<ApiKeyView> {
    return this.within(caller, operatorId, async (tx) => {
      const known = await this.store.findApiKey(tx, apiKeyId);
      if (!known) throw problem('not-found', { apiKeyId });
      return viewOf(known);
    });
  }

  list(caller: Caller, operatorId: string, query: QueryOf<typeof apiKeysList>): Promise<Page<ApiKeyView>> {
    return this.within(caller, operatorId, (tx) => apiKeysList.page(tx, operatorId, query, viewOf));
  }

  /** Runs `work` for an operator that the caller administers. */
  private within<T>(caller: Caller, operatorId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (!caller.installation && caller.operatorId !== operatorId) throw problem('not-found', { operatorId });
    return this.database.transaction([operatorId], async (tx) => {
      if (!(await this.store.find(tx, operatorId))) throw problem('not-found', { operatorId });
      return work(tx);
    });
  }

  private async save(tx: Transaction, caller: Caller, row: ApiKey, action: string): Promise<void> {
    const { operatorId, apiKeyId, name, role } = row;
    await this.store.saveApiKey(tx, row);
    await this.outbox.add(tx, [this.stateOf(row)]);
    await this.audit.add(tx, { ...caller, operatorId }, action, 'api-key', apiKeyId, { name, role });
  }

  private stateOf(row: ApiKey) {
    const data = { ...row, expiresAt: row.expiresAt?.toISOString() };
    return newEvent(ApiKeyState, { operatorId: row.operatorId, time: this.clock.now().toISOString(), data });
  }
}

function viewOf({ apiKeyId, name, role, expiresAt }: ApiKey): ApiKeyView {
  return { apiKeyId, name, role, ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}) };
}
