import { Injectable } from '@nestjs/common';
import {
  type ColumnTypes,
  type Database,
  type Transaction,
  keepDailyPartitions,
  snakeCase,
  unnest,
} from '@chargemesh/persistence';
import type { SignedValue } from '@chargemesh/contracts';
import { TELLING } from './others.js';
import type { Sample } from './sample.js';

const FIGURES = {
  energyWh: 'double precision',
  beginWh: 'double precision',
  endWh: 'double precision',
  intervalWh: 'double precision',
  alignedWh: 'double precision',
  powerW: 'real',
  currentA: 'real',
  currentL1A: 'real',
  currentL2A: 'real',
  currentL3A: 'real',
  voltageV: 'real',
  voltageL1V: 'real',
  voltageL2V: 'real',
  voltageL3V: 'real',
  soc: 'real',
} as const;

const ALWAYS = {
  sessionId: 'uuid',
  operatorId: 'uuid',
  at: 'timestamptz',
  chargingState: 'text',
  stateOrder: 'double precision',
  registers: 'jsonb',
  others: 'jsonb',
  signed: 'jsonb',
} as const;
const COLUMNS = { ...ALWAYS, ...FIGURES, intervals: 'jsonb' } as const;

const named = (properties: object): [property: string, column: string][] =>
  Object.keys(properties).map((property) => [property, snakeCase(property)]);

export const SAMPLE_COLUMNS = named(COLUMNS)
  .map(([property, column]) => `${column} AS "${property}"`)
  .join(', ');

/** Of what has no column of its own only what is asked for at the end. */
const OTHERS = `NULLIF(jsonb_path_query_array(m.others,
  '$[*] ? (${TELLING.map((measurand) => `@.measurand == "${measurand}"`).join(' || ')})'), '[]')`;

/** What a session's energy follows from. */
const MEASURED = named(COLUMNS)
  .map(([property, column]) => `${property === 'others' ? OTHERS : `m.${column}`} AS "${property}"`)
  .join(', ');

const HIGHER = named(FIGURES)
  .map(([, column]) => `${column} = GREATEST(m.${column}, EXCLUDED.${column})`)
  .join(', ');

const STATED_LATER = `EXCLUDED.charging_state IS NOT NULL AND (m.charging_state IS NULL
  OR COALESCE(EXCLUDED.state_order, -1) > COALESCE(m.state_order, -1)
  OR COALESCE(EXCLUDED.state_order, -1) = COALESCE(m.state_order, -1)
    AND EXCLUDED.charging_state COLLATE "C" < m.charging_state COLLATE "C")`;
const LAST_STATE = ['charging_state', 'state_order']
  .map((column) => `${column} = CASE WHEN ${STATED_LATER} THEN EXCLUDED.${column} ELSE m.${column} END`)
  .join(', ');

/** Values of one moment that are kept at most, so that a station that repeats itself cannot fill a row. */
const UNITED_MAX = 400;
const united = (column: string): string => `${column} = CASE
  WHEN m.${column} IS NULL OR EXCLUDED.${column} IS NULL OR m.${column} = EXCLUDED.${column}
    THEN COALESCE(m.${column}, EXCLUDED.${column})
  ELSE (SELECT jsonb_agg(item) FROM (SELECT DISTINCT item
    FROM jsonb_array_elements(m.${column} || EXCLUDED.${column}) AS item ORDER BY item LIMIT ${UNITED_MAX}) AS items) END`;

const AHEAD_DAYS = 3;

interface Measured {
  sessionId: string;
  firstFactAt: Date;
  lastFactAt: Date;
}

/** SQL of meter values. */
@Injectable()
export class MeterValuesStore {
  /** Adds rows; one that stands already is merged by the rule of `merged`, so that order and repetition change nothing. */
  async add(tx: Transaction, samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    const { columns, from, parameters } = unnest(samples.map(written), columnsOf(samples));
    await tx.prepared(
      `INSERT INTO meter_values AS m (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (session_id, at) DO UPDATE SET ${HIGHER},
         ${LAST_STATE}, ${united('registers')}, ${united('intervals')}, ${united('others')}, ${united('signed')}`,
      parameters,
    );
  }

  /**
   * Of the sessions, in the order of their ids and of time, without most of what has no column of its own; the bounds of their
   * times spare the partitions of other days.
   */
  async ofSessions(tx: Transaction, sessions: readonly Measured[], limit: number): Promise<Sample[]> {
    const { from, parameters } = unnest(
      sessions.toSorted((a, b) => (a.sessionId < b.sessionId ? -1 : 1)),
      { sessionId: 'uuid', firstFactAt: 'timestamptz', lastFactAt: 'timestamptz' },
      2,
    );
    // Session by session, so that no more is read than the limit, however many rows there are.
    const rows = await tx.query<Sample>(
      `SELECT ${MEASURED} FROM ${from} CROSS JOIN LATERAL (
         SELECT * FROM meter_values WHERE session_id = rows.session_id
           AND at BETWEEN rows.first_fact_at AND rows.last_fact_at ORDER BY at LIMIT $1) m LIMIT $1`,
      [limit, ...parameters],
    );
    return rows.map(unescapedSample);
  }

  /** The same of one session after a moment. */
  async following(tx: Transaction, { sessionId, lastFactAt }: Measured, after: Date, limit: number): Promise<Sample[]> {
    const rows = await tx.query<Sample>(
      `SELECT ${MEASURED} FROM meter_values m
       WHERE session_id = $1 AND at > $2 AND at <= $3 ORDER BY at LIMIT $4`,
      [sessionId, after, lastFactAt, limit],
    );
    return rows.map(unescapedSample);
  }

  /** Removes what was measured in sessions. */
  async removeOf(tx: Transaction, sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    await tx.query(
      `DELETE FROM meter_values m USING sessions s WHERE s.session_id = ANY ($1) AND m.session_id = s.session_id
         AND m.at BETWEEN s.first_fact_at AND s.last_fact_at`,
      [sessionIds],
    );
  }

  /** Drops what arrived longer ago than this, but nothing that a session needs to become final. */
  keepPartitions(database: Database, operators: readonly string[], today: Date, keepDays: number): Promise<void> {
    return keepDailyPartitions(database, {
      table: 'meter_values',
      timeColumn: 'at',
      today,
      keepDays,
      aheadDays: AHEAD_DAYS,
      operators,
      neededBy: `EXISTS (SELECT FROM sessions s WHERE s.session_id = r.session_id AND s.status <> 'finalized')`,
    });
  }
}

/** Signed data is kept byte for byte, also with characters that jsonb does not take: as JSON within a text then. */
interface Escaped {
  readonly escaped: string;
}

function written(sample: Sample): Sample {
  const { signed } = sample;
  if (!signed?.some((value) => UNSTORABLE.test(JSON.stringify(value)))) return sample;
  const escaped = signed.map((value): Escaped => ({ escaped: JSON.stringify(value) }));
  return { ...sample, signed: escaped as unknown as SignedValue[] };
}

export function unescapedSample(sample: Sample): Sample {
  if (!sample.signed?.some((value) => 'escaped' in value)) return sample;
  const signed = sample.signed.map((value) => ('escaped' in value ? unescaped(value as unknown as Escaped) : value));
  return { ...sample, signed };
}

function unescaped({ escaped }: Escaped): SignedValue {
  return JSON.parse(escaped) as SignedValue;
}

/** Escapes of NUL and of halves of surrogate pairs; a false alarm costs nothing. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

/** Stations measure few of the usual measurands; what none of the rows has is not sent. */
function columnsOf(samples: readonly Sample[]): ColumnTypes<Sample> {
  const measured = Object.entries(FIGURES).filter(([figure]) =>
    samples.some((sample) => sample[figure as keyof typeof FIGURES] !== null),
  );
  const intervals = samples.some((sample) => sample.intervals !== null) ? { intervals: 'jsonb' } : {};
  return { ...ALWAYS, ...intervals, ...Object.fromEntries(measured) };
}
