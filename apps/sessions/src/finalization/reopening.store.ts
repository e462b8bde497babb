import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { NEIGHBOURS_MAX } from './neighbours.js';
import { OPEN_UNTIL_NEXT } from './registers-around.js';

/** Final sessions are looked at again by themselves where they became final since then. */
export interface Correctable {
  readonly since: Date;
  readonly now: Date;
}

/** SQL of which sessions are looked at again since something was told of one beside them. */
@Injectable()
export class ReopeningStore {
  /**
   * Has those next to each at its EVSE looked at again: the next one, if it is final, since something may have flowed between the two,
   * or no longer did; the one before, if it is held for its end or what flowed after it, which this may tell. One with late facts waits for
   * them as ever, and one that is final for long stays as it is.
   */
  async beside(tx: Transaction, sessionIds: readonly string[], { since, now }: Correctable): Promise<void> {
    if (sessionIds.length === 0) return;
    const nearest = (which: '>' | '<', order: 'ASC' | 'DESC'): string =>
      `SELECT session_id, status, hold, late_since, finalized_at FROM sessions
       WHERE station_id = s.station_id AND evse_id = s.evse_id AND started_at ${which}= s.started_at
         AND (started_at, start_received_at, transaction_id COLLATE "C") ${which}
           (s.started_at, s.start_received_at, s.transaction_id)
       ORDER BY started_at ${order}, start_received_at ${order}, transaction_id COLLATE "C" ${order} LIMIT 1`;
    await tx.prepared(
      `UPDATE sessions SET final_due_at = $2 FROM (
         SELECT n.session_id FROM sessions s CROSS JOIN LATERAL (${nearest('>', 'ASC')}) n
         WHERE s.session_id = ANY ($1) AND n.status = 'finalized' AND n.late_since IS NULL AND n.finalized_at >= $3
         UNION
         SELECT p.session_id FROM sessions s CROSS JOIN LATERAL (${nearest('<', 'DESC')}) p
         WHERE s.session_id = ANY ($1) AND p.status = 'held' AND p.hold -> 'reasons' ?| $4) again
       WHERE sessions.session_id = again.session_id`,
      [sessionIds, now, since, OPEN_UNTIL_NEXT],
    );
  }

  /** Has those before each at its EVSE looked at again that are final without any register, where by this one it has a meter. */
  async unread(tx: Transaction, sessionIds: readonly string[], { since, now }: Correctable): Promise<void> {
    if (sessionIds.length === 0) return;
    await tx.prepared(
      `UPDATE sessions SET final_due_at = $2 FROM (
         SELECT b.session_id FROM sessions s CROSS JOIN LATERAL (
           SELECT session_id, status, flags, decision, begin_wh, energy_wh, late_since, finalized_at FROM sessions
           WHERE station_id = s.station_id AND evse_id = s.evse_id AND started_at < s.started_at
           ORDER BY started_at DESC LIMIT ${NEIGHBOURS_MAX}) b
         WHERE s.session_id = ANY ($1) AND COALESCE(s.end_wh, (s.walks -> s.series ->> 'wh')::double precision) > 0
           AND b.status = 'finalized' AND b.decision IS NULL AND b.flags ? 'no-end-value'
           AND b.begin_wh IS NULL AND b.energy_wh = 0 AND b.late_since IS NULL AND b.finalized_at >= $3) again
       WHERE sessions.session_id = again.session_id`,
      [sessionIds, now, since],
    );
  }
}
