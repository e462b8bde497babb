import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import type { Whole } from '../transactions/lifecycle.js';
import { groupBy } from './group-by.js';
import type { Beside } from './shared-meter.js';

const OWN = {
  sessionId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  startedAt: 'timestamptz',
  endedAt: 'timestamptz',
  series: 'text',
  beginWh: 'double precision',
  endWh: 'double precision',
} as const;

/** Of so many sessions each, and so many of their samples. */
export const BESIDE_MAX = 5;
const SAMPLES_MAX = 20_000;
/** So many sessions that ended before are looked at, and so far back those that ran meanwhile. */
export const BEFORE_MAX = 10;
const BACK_DAYS = 3;

interface Found {
  readonly of: string;
  readonly sessionId: string;
  readonly firstFactAt: Date;
  readonly lastFactAt: Date;
  readonly endedAtWh: number | null;
}

/** SQL of what ran at other EVSEs of a station while a session did. */
@Injectable()
export class BesideStore {
  constructor(private readonly meterValues: MeterValuesStore) {}

  /** Those whose registers lie within those of each session, or the other way round, by session. */
  async read(tx: Transaction, sessions: readonly (Whole & { endedAt: Date })[]): Promise<Map<string, Beside[]>> {
    const found = await this.find(tx, sessions.filter(isComparable).map(withLast));
    if (found.length === 0) return new Map();
    const others = [...new Map(found.map((one) => [one.sessionId, one])).values()];
    const samples = await this.meterValues.ofSessions(tx, others, SAMPLES_MAX);
    const of = groupBy(samples, ({ sessionId }) => sessionId);
    const grouped = groupBy(found, ({ of: session }) => session);
    return new Map(
      [...grouped].map(([session, all]) => [
        session,
        all.map(({ sessionId, endedAtWh }): Beside => ({ samples: of.get(sessionId) ?? [], endedAtWh })),
      ]),
    );
  }

  private async find(tx: Transaction, sessions: readonly Whole[]): Promise<Found[]> {
    if (sessions.length === 0) return [];
    const { from, parameters } = unnest(sessions, OWN);
    return tx.prepared<Found>(
      `SELECT rows.session_id AS "of", o.session_id AS "sessionId", o.first_fact_at AS "firstFactAt",
         o.last_fact_at AS "lastFactAt", (
           SELECT max(end_wh) FROM (
             SELECT end_wh FROM sessions p WHERE p.station_id = rows.station_id AND p.series = rows.series
               AND p.started_at < LEAST(rows.started_at, o.started_at)
               AND p.ended_at <= LEAST(rows.started_at, o.started_at)
             ORDER BY p.started_at DESC LIMIT ${BEFORE_MAX}) AS ended) AS "endedAtWh"
       FROM ${from} CROSS JOIN LATERAL (
         SELECT * FROM sessions s WHERE s.station_id = rows.station_id AND s.session_id <> rows.session_id
           AND s.evse_id <> rows.evse_id
           AND s.started_at < rows.ended_at AND s.started_at > rows.started_at - interval '${BACK_DAYS} days'
           AND (s.ended_at IS NULL OR s.ended_at > rows.started_at)
           AND s.series = rows.series AND s.begin_wh > 0 AND s.begin_wh <= rows.end_wh
           AND COALESCE(s.end_wh, (s.walks -> s.series ->> 'wh')::double precision, s.begin_wh) >= rows.begin_wh
         ORDER BY s.started_at DESC LIMIT ${BESIDE_MAX}) AS o`,
      parameters,
    );
  }
}

/** Registers that count from 0 each time are of nobody else. */
function isComparable({ evseId, beginWh }: Whole): boolean {
  return evseId !== null && beginWh !== null && beginWh > 0;
}

function withLast(session: Whole & { endedAt: Date }): Whole {
  const { endWh, walks, series, beginWh } = session;
  return { ...session, endWh: endWh ?? walks[series]?.wh ?? beginWh };
}
