import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';

/** How messages of one action were read by one rule. */
export interface ReadingRow {
  readonly action: string;
  readonly rule: string;
  readonly path: string;
  readonly word: string | null;
  readonly messages: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

export interface StationReading extends ReadingRow {
  readonly operatorId: string;
  readonly stationId: string;
}

export interface ModelReading extends ReadingRow {
  readonly vendor: string;
  readonly model: string;
  readonly stations: number;
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
const READ = `action, rule, path, word, messages::float8 AS messages, first_at AS "firstAt", last_at AS "lastAt"`;

@Injectable()
export class ReadingsStore {
  /** Adds counts (each station, action and rule once) of the stations that are known. */
  async add(tx: Transaction, readings: readonly StationReading[]): Promise<void> {
    if (readings.length === 0) return;
    const { columns, from, parameters } = unnest(readings, COLUMNS);
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

  ofStation(tx: Transaction, stationId: string, after: readonly string[], take: number): Promise<ReadingRow[]> {
    const [action = '', rule = ''] = after;
    return tx.query<ReadingRow>(
      `SELECT ${READ} FROM lenient_readings WHERE station_id = $1 AND (action, rule) > ($2, $3)
       ORDER BY action, rule LIMIT $4`,
      [stationId, action, rule, take],
    );
  }

  /** By vendor and model, of the stations as they are now. */
  byModel(tx: Transaction, operatorId: string, after: readonly string[], take: number): Promise<ModelReading[]> {
    const [vendor = '', model = '', action = '', rule = ''] = after;
    return tx.query<ModelReading>(
      `SELECT * FROM (
         SELECT coalesce(s.vendor, '') COLLATE "C" AS vendor, coalesce(s.model, '') COLLATE "C" AS model, r.action, r.rule,
           (array_agg(r.path ORDER BY r.last_at DESC))[1] AS path, (array_agg(r.word ORDER BY r.last_at DESC))[1] AS word,
           sum(r.messages)::float8 AS messages, min(r.first_at) AS "firstAt", max(r.last_at) AS "lastAt",
           count(*)::integer AS stations, (array_agg(r.station_id ORDER BY r.last_at DESC))[1] AS "stationId"
         FROM lenient_readings r JOIN stations s USING (station_id)
         WHERE r.operator_id = $1 AND NOT s.deleted GROUP BY 1, 2, 3, 4
       ) AS of_models
       WHERE (vendor, model, action, rule) > ($2, $3, $4, $5) ORDER BY vendor, model, action, rule LIMIT $6`,
      [operatorId, vendor, model, action, rule, take],
    );
  }
}
