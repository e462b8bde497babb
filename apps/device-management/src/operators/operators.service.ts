import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { OperatorState, isCountryCode, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { isCurrency } from '@chargemesh/money';
import { ALL_OPERATORS, Database, type Transaction } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  type Page,
  type QueryOf,
  problem,
  statesOf,
  Precondition,
} from '@chargemesh/service';
import { TakenIdsStore } from '../ids/taken-ids.store.js';
import { Operator } from './operator.entity.js';
import { type OperatorBody, type OperatorView, type SettingsBody, operatorTag } from './operators.schema.js';
import { operatorsList } from './operators.list.js';
import { OperatorsStore } from './operators.store.js';

const NOBODY: string[] = [];

@Injectable()
export class OperatorsService {
  readonly states = statesOf(Operator, ['operatorId'], (_tx, rows) => rows.map((row) => this.stateOf(row)));

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly ids: TakenIdsStore,
    private readonly store: OperatorsStore,
  ) {}

  /** Creates or changes an operator; only the installation's administrator may. */
  put(caller: Caller, operatorId: string, body: OperatorBody, wanted = Precondition.none): Promise<OperatorView> {
    if (!caller.installation) throw problem('forbidden');
    if (!isCountryCode(body.countryCode))
      throw problem('bad-request', { detail: 'countryCode is no code of ISO 3166-1' });
    if (!isCurrency(body.currency)) throw problem('bad-request', { detail: 'currency is no code of ISO 4217' });
    return this.database.transaction([operatorId], async (tx) => {
      const party = `${body.countryCode}*${body.partyId}`;
      if (!(await this.ids.take(tx, 'party', party, operatorId))) throw problem('id-taken', { party });
      const known = await this.locked(tx, operatorId);
      wanted.demand(known ? operatorTag.of(viewOf(known)) : undefined);
      return this.save(tx, caller, known, changed(known, operatorId, body), body);
    });
  }

  /** Changes what an operator decides itself. */
  putSettings(
    caller: Caller,
    operatorId: string,
    body: SettingsBody,
    wanted = Precondition.none,
  ): Promise<OperatorView> {
    if (!caller.installation && caller.operatorId !== operatorId) throw problem('not-found', { operatorId });
    return this.database.transaction([operatorId], async (tx) => {
      const known = await this.locked(tx, operatorId);
      if (!known) throw problem('not-found', { operatorId });
      wanted.demand(operatorTag.of(viewOf(known)));
      const operator = { ...known, ...settingsOf(body), version: known.version + 1 };
      return this.save(tx, caller, known, operator, body);
    });
  }

  /** Reads an operator for a change of it; one that is not there is not created by two at the same time. */
  private async locked(tx: Transaction, operatorId: string): Promise<Operator | null> {
    await tx.lock([`operator:${operatorId}`]);
    return this.store.lock(tx, operatorId);
  }

  /** Saves what changed, tells it and puts it on record. */
  private async save(
    tx: Transaction,
    caller: Caller,
    known: Operator | null,
    operator: Operator,
    change: Partial<OperatorBody>,
  ): Promise<OperatorView> {
    const { operatorId, version } = operator;
    if (known && isDeepStrictEqual({ ...known, version }, operator)) return viewOf(known);
    await this.store.save(tx, operator);
    await this.outbox.add(tx, [this.stateOf(operator)]);
    await this.audit.add(tx, { ...caller, operatorId }, known ? 'change' : 'create', 'operator', operatorId, change);
    return viewOf(operator);
  }

  private stateOf(operator: Operator) {
    const { operatorId, version } = operator;
    const [time, data] = [this.clock.now().toISOString(), { ...viewOf(operator), version, deleted: false }];
    return newEvent(OperatorState, { operatorId, time, data });
  }

  async get(caller: Caller, operatorId: string): Promise<OperatorView> {
    const visible = caller.installation || caller.operatorId === operatorId;
    const operator = visible && (await this.database.transaction(NOBODY, (tx) => this.store.find(tx, operatorId)));
    if (!operator) throw problem('not-found', { operatorId });
    return viewOf(operator);
  }

  /** All operators for the installation's administrator, the caller's own for everybody else. */
  list(caller: Caller, query: QueryOf<typeof operatorsList>): Promise<Page<OperatorView>> {
    const scope = caller.installation ? ALL_OPERATORS : caller.operatorId;
    return this.database.transaction(NOBODY, (tx) => operatorsList.page(tx, scope, query, viewOf));
  }
}

type Settings = Pick<Operator, 'believedEnergyWh' | 'believedPowerFactor' | 'freeStarts'>;

function settingsOf(body: SettingsBody, known?: Operator | null): Settings {
  return {
    believedEnergyWh: body.believedEnergyWh ?? known?.believedEnergyWh ?? null,
    believedPowerFactor: body.believedPowerFactor ?? known?.believedPowerFactor ?? null,
    freeStarts: body.freeStarts ?? known?.freeStarts ?? null,
  };
}

function changed(known: Operator | null, operatorId: string, body: OperatorBody): Operator {
  const authorizationDefault: Operator['authorizationDefault'] =
    body.authorizationDefault ?? known?.authorizationDefault ?? 'Invalid';
  const version = (known?.version ?? 0) + 1;
  const legalName = body.legalName ?? null;
  return { operatorId, version, ...body, legalName, authorizationDefault, ...settingsOf(body, known) };
}

function viewOf({ version: _version, ...operator }: Operator): OperatorView {
  const { legalName, believedEnergyWh, believedPowerFactor, freeStarts, ...view } = operator;
  return {
    ...view,
    ...(legalName === null ? {} : { legalName }),
    ...(believedEnergyWh === null ? {} : { believedEnergyWh }),
    ...(believedPowerFactor === null ? {} : { believedPowerFactor }),
    ...(freeStarts === null ? {} : { freeStarts }),
  };
}
