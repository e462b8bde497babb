import { Injectable } from '@nestjs/common';
import type { EventOf, MessagesReadLeniently } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import { type Caller, type Page, page, positionOf, problem } from '@chargemesh/service';
import type { PageOnly } from '../stations/stations.schema.js';
import { StationsStore } from '../stations/stations.store.js';
import type { ModelReadingView, ReadingView } from './readings.schema.js';
import { type ReadingRow, ReadingsStore, type StationReading } from './readings.store.js';

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

  ofStation(caller: Caller, stationId: string, { limit = 100, cursor }: PageOnly): Promise<Page<ReadingView>> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      if (!(await this.stations.find(tx, stationId))) throw problem('not-found', { stationId });
      const rows = await this.store.ofStation(tx, stationId, positionOf(cursor) ?? [], limit + 1);
      return page(rows, limit, ({ action, rule }) => [action, rule], viewOf);
    });
  }

  byModel(caller: Caller, { limit = 100, cursor }: PageOnly): Promise<Page<ModelReadingView>> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      const rows = await this.store.byModel(tx, operatorId, positionOf(cursor) ?? [], limit + 1);
      return page(
        rows,
        limit,
        ({ vendor, model, action, rule }) => [vendor, model, action, rule],
        ({ vendor, model, stations, stationId, ...row }) => ({ vendor, model, ...viewOf(row), stations, stationId }),
      );
    });
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
