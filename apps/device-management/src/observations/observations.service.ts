import { Injectable } from '@nestjs/common';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Caller, type Page, type QueryOf, problem } from '@chargemesh/service';
import { CredentialsService } from '../credentials/credentials.service.js';
import { stationState } from '../stations/station-state.js';
import type { VariableView } from '../stations/stations.schema.js';
import { StationsStore } from '../stations/stations.store.js';
import { type Observation, decide, reported, usedCredentials } from './observations.decide.js';
import { ObservationsStore } from './observations.store.js';
import type { Variable } from './variable.entity.js';
import { variablesList } from './variables.list.js';

/** Keeps the picture of the stations as it is now. */
@Injectable()
export class ObservationsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly stations: StationsStore,
    private readonly credentials: CredentialsService,
    private readonly store: ObservationsStore,
  ) {}

  async apply(observations: readonly Observation[], tx: Transaction): Promise<void> {
    if (observations.length === 0) return;
    const known = await this.stations.lock(tx, [...new Set(observations.map(({ data }) => data.stationId))]);
    const changed = decide(known, observations);
    const saved = await this.store.save(
      tx,
      changed.map(({ station }) => station),
    );
    if (saved < changed.length) throw new Error('a station changed although its row is locked');
    await this.store.saveVariables(tx, reported(known, observations));
    await this.outbox.add(
      tx,
      changed.map(({ station, cause }) => stationState(station, cause)),
    );
    await this.credentials.used(tx, known, usedCredentials(observations));
  }

  variables(
    { operatorId }: Caller,
    stationId: string,
    query: QueryOf<typeof variablesList>,
  ): Promise<Page<VariableView>> {
    return this.database.transaction([operatorId], async (tx) => {
      if (!(await this.stations.find(tx, stationId))) throw problem('not-found', { stationId });
      return variablesList.page(tx, operatorId, query, viewOf, { stationId });
    });
  }
}

function viewOf(row: Variable): VariableView {
  const { component, instance, evseId, variable, variableInstance, value, mutability, reportedAt } = row;
  return {
    component,
    ...(instance === '' ? {} : { instance }),
    evseId,
    variable,
    ...(variableInstance === '' ? {} : { variableInstance }),
    ...(value === null ? {} : { value }),
    ...(mutability === null ? {} : { mutability }),
    reportedAt: reportedAt.toISOString(),
  };
}
