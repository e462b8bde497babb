import { Injectable } from '@nestjs/common';
import type { EventOf, MessagesReadLeniently } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Caller, type Page, type QueryOf, problem } from '@chargemesh/service';
import { StationsStore } from '../stations/stations.store.js';
import type { ModelReadingView, ReadingView } from './readings.schema.js';
import { type ReadingRow, modelReadings, stationReadings } from './readings.list.js';
import { ReadingsStore, type StationReading } from './readings.store.js';

/** How the messages of stations are read that fit no schema, for each station and for each model. */
@Injectable()
export class ReadingsService {
  constructor(
    private readonly database: Database,
    private readonly stations: StationsStore,
    private readonly store: ReadingsStore,
  ) {}

  apply(events: readonly EventOf<typeof MessagesReadLeniently>[], tx: Transaction): Promise<void> {
    return this.store.add(tx, summed(events));
  }

  ofStation(
    { operatorId }: Caller,
    stationId: string,
    query: QueryOf<typeof stationReadings>,
  ): Promise<Page<ReadingView>> {
    return this.database.transaction([operatorId], async (tx) => {
      if (!(await this.stations.find(tx, stationId))) throw problem('not-found', { stationId });
      return stationReadings.page(tx, operatorId, query, viewOf, { stationId });
    });
  }

  byModel({ operatorId }: Caller, query: QueryOf<typeof modelReadings>): Promise<Page<ModelReadingView>> {
    return this.database.transaction([operatorId], (tx) =>
      modelReadings.page(tx, operatorId, query, ({ vendor, model, stations, stationId, ...row }) => ({
        ...{ vendor, model, ...viewOf(row), stations, stationId },
      })),
    );
  }
}

/** One row for each station, action and rule: one statement cannot change a row twice. */
export function summed(events: readonly EventOf<typeof MessagesReadLeniently>[]): StationReading[] {
  const rows = new Map<string, StationReading>();
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

function viewOf({ action, rule, path, word, messages, firstAt, lastAt }: ReadingRow): ReadingView {
  return {
    ...{ action, rule, path, ...(word === null ? {} : { word }), messages },
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}
