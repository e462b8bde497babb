import { Injectable } from '@nestjs/common';
import type { EventOf, MessagesReadLeniently } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Caller, type Page, type QueryOf, problem } from '@chargemesh/service';
import { StationsStore } from '../stations/stations.store.js';
import type { ModelDeviationView, DeviationView } from './deviations.schema.js';
import { type DeviationRow, modelDeviations, stationDeviations } from './deviations.list.js';
import { DeviationsStore, type StationDeviation } from './deviations.store.js';

/** How the messages of stations are read that fit no schema, for each station and for each model. */
@Injectable()
export class DeviationsService {
  constructor(
    private readonly database: Database,
    private readonly stations: StationsStore,
    private readonly store: DeviationsStore,
  ) {}

  apply(events: readonly EventOf<typeof MessagesReadLeniently>[], tx: Transaction): Promise<void> {
    return this.store.add(tx, summed(events));
  }

  ofStation(
    { operatorId }: Caller,
    stationId: string,
    query: QueryOf<typeof stationDeviations>,
  ): Promise<Page<DeviationView>> {
    return this.database.transaction([operatorId], async (tx) => {
      if (!(await this.stations.find(tx, stationId))) throw problem('not-found', { stationId });
      return stationDeviations.page(tx, operatorId, query, viewOf, { stationId });
    });
  }

  byModel({ operatorId }: Caller, query: QueryOf<typeof modelDeviations>): Promise<Page<ModelDeviationView>> {
    return this.database.transaction([operatorId], (tx) =>
      modelDeviations.page(tx, operatorId, query, ({ vendor, model, stations, stationId, ...row }) => ({
        ...{ vendor, model, ...viewOf(row), stations, stationId },
      })),
    );
  }
}

/** One row for each station, action and rule: one statement cannot change a row twice. */
export function summed(events: readonly EventOf<typeof MessagesReadLeniently>[]): StationDeviation[] {
  const rows = new Map<string, StationDeviation>();
  for (const { operatorId, data } of events) {
    const at = new Date(data.receivedAt);
    for (const { action, rule, path, word = null, count } of data.readings) {
      const key = JSON.stringify([data.stationId, action, rule]);
      const known = rows.get(key);
      const messages = (known?.messages ?? 0) + count;
      const firstAt = known && known.firstAt < at ? known.firstAt : at;
      const lastAt = known && known.lastAt > at ? known.lastAt : at;
      rows.set(key, { operatorId, stationId: data.stationId, action, rule, path, word, messages, firstAt, lastAt });
    }
  }
  return [...rows.values()];
}

function viewOf({ action, rule, path, word, messages, firstAt, lastAt }: DeviationRow): DeviationView {
  return {
    ...{ action, rule, path, ...(word === null ? {} : { word }), messages },
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}
