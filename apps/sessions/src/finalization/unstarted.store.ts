import { Injectable } from '@nestjs/common';
import { type Transaction, snakeCase, unnest } from '@chargemesh/persistence';
import { byOurClock } from '../transactions/station-clock.js';
import type { Over } from './finalize-context.js';
import { groupBy } from './group-by.js';
import {
  NEXT_TO_MAX,
  type NextTo,
  UNSTARTED,
  UNSTARTED_MAX,
  type Unstarted,
  elsewhereOf,
  heardWithin,
} from './unstarted.js';

const SELECTED = UNSTARTED.map((property) => `${snakeCase(property)} AS "${property}"`).join(', ');

/** Of sessions at other EVSEs, those before and after a moment. */
const nextTo = (which: '<' | '>=', order: 'DESC' | 'ASC'): string =>
  `SELECT evse_id AS "evseId", series, begin_wh AS "beginWh", started_at AS "startedAt", transaction_id AS "transactionId", ended_at AS "endedAt",
     COALESCE(end_wh, (walks -> series ->> 'wh')::double precision, begin_wh) AS wh, ${which === '>='} AS "isLater"
   FROM (SELECT * FROM sessions WHERE station_id = rows.station_id AND started_at ${which} rows.at
         ORDER BY started_at ${order} LIMIT ${NEXT_TO_MAX}) AS next
   WHERE evse_id <> rows.evse_id`;

type Found = Omit<Unstarted, 'elsewhere'> & { of: string };

/** SQL of transactions whose start never came. */
@Injectable()
export class UnstartedStore {
  /** Those that were heard of while each session is said to have run, by session. */
  async beside(tx: Transaction, sessions: readonly Over[]): Promise<Map<string, Unstarted[]>> {
    if (sessions.length === 0) return new Map();
    const asked = sessions.map((session) => ({ ...session, ...heardWithin(session) }));
    const { from, parameters } = unnest(asked, {
      sessionId: 'uuid',
      stationId: 'text',
      heardSince: 'timestamptz',
      heardUntil: 'timestamptz',
    });
    const rows = await tx.prepared<Found>(
      `SELECT rows.session_id AS of, s.* FROM ${from} CROSS JOIN LATERAL (
         SELECT ${SELECTED} FROM sessions
         WHERE station_id = rows.station_id AND started_at IS NULL
           AND last_fact_at > rows.heard_since AND first_fact_at < rows.heard_until
         ORDER BY last_fact_at DESC LIMIT ${UNSTARTED_MAX}) AS s`,
      parameters,
    );
    const ours = new Map(sessions.map((session) => [session.sessionId, byOurClock(session)]));
    const elsewhere = await this.nextTo(tx, sessions, rows);
    const found = groupBy(
      rows.map((row, index) => {
        const lastFactAt = ours.get(row.of)?.(row.lastFactAt) ?? row.lastFactAt;
        return { ...row, elsewhere: elsewhereOf({ lastFactAt }, elsewhere.get(`${index}`) ?? []) };
      }),
      ({ of }) => of,
    );
    return new Map([...found].map(([sessionId, all]) => [sessionId, all.map(({ of: _of, ...one }) => one)]));
  }

  /** Of those of which nobody named the EVSE: the sessions next to each at the EVSEs where the other one was not, in the order of time. */
  private async nextTo(
    tx: Transaction,
    sessions: readonly Over[],
    found: readonly Found[],
  ): Promise<ReadonlyMap<string, NextTo[]>> {
    const places = new Map(sessions.map((session) => [session.sessionId, session]));
    const asked = found.flatMap(({ of, evseId, lastFactAt: at }, index) => {
      const place = places.get(of);
      if (evseId !== null || !place) return [];
      // Those next to it are known by our clock.
      return [{ index, stationId: place.stationId, evseId: place.evseId, at: byOurClock(place)(at) }];
    });
    if (asked.length === 0) return new Map();
    const { from, parameters } = unnest(asked, {
      index: 'integer',
      stationId: 'text',
      evseId: 'integer',
      at: 'timestamptz',
    });
    const rows = await tx.prepared<NextTo & { index: number }>(
      `SELECT rows.index, s.* FROM ${from} CROSS JOIN LATERAL (
         (${nextTo('<', 'DESC')}) UNION ALL (${nextTo('>=', 'ASC')})) AS s
       ORDER BY s."startedAt", s."transactionId" COLLATE "C"`,
      parameters,
    );
    return groupBy(rows, ({ index }) => `${index}`);
  }
}
