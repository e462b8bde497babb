import { Injectable } from '@nestjs/common';
import { type Transaction, snakeCase, unnest } from '@chargemesh/persistence';
import type { Whole } from '../transactions/lifecycle.js';
import { groupBy } from './group-by.js';
import { UNSTARTED, UNSTARTED_MAX, type Unstarted } from './unstarted.js';

const SELECTED = UNSTARTED.map((property) => `${snakeCase(property)} AS "${property}"`).join(', ');

/** SQL of transactions whose start never came. */
@Injectable()
export class UnstartedStore {
  /** Those that were heard of while each session is said to have run, by session. */
  async beside(tx: Transaction, sessions: readonly (Whole & { endedAt: Date })[]): Promise<Map<string, Unstarted[]>> {
    if (sessions.length === 0) return new Map();
    const { from, parameters } = unnest(sessions, {
      sessionId: 'uuid',
      stationId: 'text',
      startedAt: 'timestamptz',
      endedAt: 'timestamptz',
    });
    const rows = await tx.query<Unstarted & { of: string }>(
      `SELECT rows.session_id AS of, s.* FROM ${from} CROSS JOIN LATERAL (
         SELECT ${SELECTED} FROM sessions
         WHERE station_id = rows.station_id AND started_at IS NULL
           AND last_fact_at > rows.started_at AND first_fact_at < rows.ended_at
         ORDER BY last_fact_at DESC LIMIT ${UNSTARTED_MAX}) AS s`,
      parameters,
    );
    const found = groupBy(rows, ({ of }) => of);
    return new Map([...found].map(([sessionId, all]) => [sessionId, all.map(({ of: _of, ...one }) => one)]));
  }
}
