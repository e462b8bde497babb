import { Injectable } from '@nestjs/common';
import type { SessionEvent } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';

const COLUMNS = {
  sessionId: 'uuid',
  operatorId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  startedAt: 'timestamptz',
};

interface At {
  readonly operatorId: string;
  readonly stationId: string;
  readonly evseId: number;
}

/** At which EVSEs somebody charges, so that nobody else pays there. */
@Injectable()
export class EvsesInUse {
  async has(tx: Transaction, { operatorId, stationId, evseId }: At): Promise<boolean> {
    const sql = 'SELECT FROM evses_in_use WHERE operator_id = $1 AND station_id = $2 AND evse_id = $3 LIMIT 1';
    const rows = await tx.query(sql, [operatorId, stationId, evseId]);
    return rows.length > 0;
  }

  /** The sessions that charge at stations. */
  sessionsAt(
    tx: Transaction,
    operatorId: string,
    stationIds: readonly string[],
  ): Promise<{ readonly sessionId: string; readonly stationId: string; readonly evseId: number }[]> {
    return tx.query(
      `SELECT session_id AS "sessionId", station_id AS "stationId", evse_id AS "evseId" FROM evses_in_use
       WHERE operator_id = $1 AND station_id = ANY ($2)`,
      [operatorId, stationIds],
    );
  }

  /** Takes what sessions tell, in their order. */
  async apply(events: readonly SessionEvent[], tx: Transaction): Promise<void> {
    const newest = new Map(events.filter(isOfUse).map((event) => [event.data.sessionId, event]));
    const begun = [...newest.values()].flatMap((event) =>
      event.type === 'session-started' ? [{ operatorId: event.operatorId, ...event.data }] : [],
    );
    await tx.prepared('DELETE FROM evses_in_use WHERE session_id = ANY ($1)', [[...newest.keys()]]);
    if (begun.length === 0) return;
    const { columns, from, parameters } = unnest(begun, COLUMNS);
    await tx.prepared(`INSERT INTO evses_in_use (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }
}

/** What is measured meanwhile says nothing of whether it is in use. */
function isOfUse({ type }: SessionEvent): boolean {
  return type !== 'session-updated';
}
