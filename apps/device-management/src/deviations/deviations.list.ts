import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';

/** How messages of one action were read by one rule. */
export interface DeviationRow {
  readonly action: string;
  readonly rule: string;
  readonly path: string;
  readonly word: string | null;
  readonly messages: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

export interface ModelDeviation extends DeviationRow {
  readonly vendor: string;
  readonly model: string;
  readonly stations: number;
  readonly stationId: string;
}

const READ = `action, rule, path, word, messages::float8 AS messages, first_at AS "firstAt", last_at AS "lastAt"`;

/** The table, the paths of the API and the events are named by how messages with deviations are read: leniently (ADR 16). */
export const stationDeviations = new ApiList(
  new KeysetList<DeviationRow>({
    from: 'lenient_readings',
    columns: READ,
    key: { action: 'text', rule: 'text' },
    within: { stationId: 'station_id' },
  }),
);

/** Of the stations as they are now: each page counts them all. */
export const modelDeviations = new ApiList(
  new KeysetList<ModelDeviation>({
    from: (operator) => `(
      SELECT coalesce(s.vendor, '') COLLATE "C" AS vendor, coalesce(s.model, '') COLLATE "C" AS model, r.action, r.rule,
        (array_agg(r.path ORDER BY r.last_at DESC))[1] AS path, (array_agg(r.word ORDER BY r.last_at DESC))[1] AS word,
        sum(r.messages)::float8 AS messages, min(r.first_at) AS "firstAt", max(r.last_at) AS "lastAt",
        count(*)::integer AS stations, (array_agg(r.station_id ORDER BY r.last_at DESC))[1] AS "stationId"
      FROM lenient_readings r JOIN stations s USING (station_id)
      WHERE r.operator_id = ${operator} AND s.operator_id = ${operator} AND NOT s.deleted GROUP BY 1, 2, 3, 4)`,
    key: { vendor: 'text', model: 'text', action: 'text', rule: 'text' },
    readsAll: true,
  }),
);
