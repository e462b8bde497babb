import { Injectable } from '@nestjs/common';
import { type Transaction, keepDailyPartitions, unnest } from '@chargemesh/persistence';
import type { Sample } from './sample.js';

const COLUMNS = {
  sessionId: 'uuid',
  operatorId: 'uuid',
  at: 'timestamptz',
  energyWh: 'double precision',
  powerW: 'real',
  currentA: 'real',
  voltageV: 'real',
  soc: 'real',
  chargingState: 'text',
  edge: 'smallint',
  others: 'jsonb',
  signed: 'jsonb',
} as const;

const SELECTED = `session_id AS "sessionId", operator_id AS "operatorId", at, energy_wh AS "energyWh", power_w AS "powerW",
  current_a AS "currentA", voltage_v AS "voltageV", soc, charging_state AS "chargingState", edge, others, signed`;

const AHEAD_DAYS = 3;

/** SQL of meter values. */
@Injectable()
export class MeterValuesStore {
  /** Adds rows; one that stands already is merged by the rule of `merged`, so that order and repetition change nothing. */
  async add(tx: Transaction, samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    const { columns, from, parameters } = unnest(samples, COLUMNS);
    await tx.query(
      `INSERT INTO meter_values AS m (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (session_id, at) DO UPDATE SET
         energy_wh = GREATEST(m.energy_wh, EXCLUDED.energy_wh),
         power_w = GREATEST(m.power_w, EXCLUDED.power_w),
         current_a = GREATEST(m.current_a, EXCLUDED.current_a),
         voltage_v = GREATEST(m.voltage_v, EXCLUDED.voltage_v),
         soc = GREATEST(m.soc, EXCLUDED.soc),
         charging_state = LEAST(m.charging_state, EXCLUDED.charging_state),
         edge = m.edge | EXCLUDED.edge,
         others = GREATEST(m.others, EXCLUDED.others),
         signed = GREATEST(m.signed, EXCLUDED.signed)`,
      parameters,
    );
  }

  ofSessions(tx: Transaction, sessionIds: readonly string[]): Promise<Sample[]> {
    return tx.query<Sample>(
      `SELECT ${SELECTED} FROM meter_values WHERE session_id = ANY ($1) ORDER BY session_id, at`,
      [sessionIds],
    );
  }

  page(tx: Transaction, sessionId: string, after: string | undefined, limit: number): Promise<Sample[]> {
    return tx.query<Sample>(
      `SELECT ${SELECTED} FROM meter_values WHERE session_id = $1 AND ($2::timestamptz IS NULL OR at > $2) ORDER BY at LIMIT $3`,
      [sessionId, after ?? null, limit],
    );
  }

  keepPartitions(tx: Transaction, today: Date, keepDays: number): Promise<void> {
    return keepDailyPartitions(tx, 'meter_values', { today, keepDays, aheadDays: AHEAD_DAYS });
  }
}
