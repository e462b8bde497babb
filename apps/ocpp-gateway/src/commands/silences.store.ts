import { type Transaction, unnest } from '@chargemesh/persistence';

/** A best-effort action that a station left unanswered, and until when it is not sent again. */
export interface Silence {
  readonly stationId: string;
  readonly operatorId: string;
  readonly action: string;
  readonly until: Date;
}

/** What stations did not answer, for all processes of the gateway. */
export class SilencesStore {
  /** Writes silences, each station's action once. */
  async save(tx: Transaction, silences: readonly Silence[]): Promise<void> {
    const types = { stationId: 'text', operatorId: 'uuid', action: 'text', until: 'timestamptz' } as const;
    const { columns, from, parameters } = unnest(silences, types);
    await tx.query(
      `INSERT INTO station_silences (${columns}) SELECT ${columns} FROM ${from} ORDER BY station_id, action
       ON CONFLICT (station_id, action) DO UPDATE SET operator_id = excluded.operator_id, until = excluded.until`,
      parameters,
    );
  }

  /** Forgets those that are over. */
  async forget(tx: Transaction, now: Date): Promise<void> {
    await tx.query('DELETE FROM station_silences WHERE until <= $1', [now]);
  }
}
