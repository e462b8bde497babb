import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { DeviationRow } from './deviations.list.js';

export interface StationDeviation extends DeviationRow {
  readonly operatorId: string;
  readonly stationId: string;
}

const COLUMNS = {
  operatorId: 'uuid',
  stationId: 'text',
  action: 'text',
  rule: 'text',
  path: 'text',
  word: 'text',
  messages: 'bigint',
  firstAt: 'timestamptz',
  lastAt: 'timestamptz',
};

@Injectable()
export class DeviationsStore {
  /** Adds counts (each station, action and rule once) of the stations that are known. */
  async add(tx: Transaction, deviations: readonly StationDeviation[]): Promise<void> {
    if (deviations.length === 0) return;
    const { columns, from, parameters } = unnest(deviations, COLUMNS);
    await tx.query(
      `INSERT INTO lenient_readings AS known (${columns})
       SELECT ${columns} FROM ${from} JOIN stations s USING (station_id, operator_id)
       ORDER BY station_id, action, rule
       ON CONFLICT (station_id, action, rule) DO UPDATE SET
         messages = known.messages + excluded.messages, path = excluded.path, word = excluded.word,
         first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at)`,
      parameters,
    );
  }
}
