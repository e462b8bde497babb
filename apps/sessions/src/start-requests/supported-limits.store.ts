import { Injectable } from '@nestjs/common';
import type { EventOf, ReportDataReceived } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';

type Report = EventOf<typeof ReportDataReceived>;

/** The variable of OCPP 2.1 that names the limits which a station can hold a transaction to. */
export const SUPPORTED_LIMITS = { component: 'TxCtrlr', variable: 'SupportedLimits' } as const;

interface Said {
  readonly stationId: string;
  readonly operatorId: string;
  readonly limits: readonly string[];
}

/** Which limits stations can hold transactions to, as they say. */
@Injectable()
export class SupportedLimitsStore {
  async take(tx: Transaction, reports: readonly Report[]): Promise<void> {
    const said = new Map(reports.flatMap(saidIn).map((one) => [`${one.operatorId}/${one.stationId}`, one]));
    if (said.size === 0) return;
    const types = { stationId: 'text', operatorId: 'uuid', limits: 'text[]' };
    const { columns, from, parameters } = unnest([...said.values()], types);
    await tx.query(
      `INSERT INTO supported_limits (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (operator_id, station_id) DO UPDATE SET limits = EXCLUDED.limits`,
      parameters,
    );
  }

  /** Whether a station is to be asked now, which is noted: one that has said it is not, and one that never answers is once a day. */
  async ask(tx: Transaction, operatorId: string, stationId: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO supported_limits AS known (operator_id, station_id, asked_at) VALUES ($1, $2, $3)
       ON CONFLICT (operator_id, station_id) DO UPDATE SET asked_at = EXCLUDED.asked_at
         WHERE known.limits IS NULL AND known.asked_at <= EXCLUDED.asked_at - interval '1 day'
       RETURNING station_id`,
      [operatorId, stationId, now],
    );
    return rows.length > 0;
  }
}

/** Of a station with several EVSEs that say it each what was said last counts. */
function saidIn({ operatorId, data: { stationId, variables } }: Report): Said[] {
  return variables.flatMap(({ component, variable, value }) =>
    component === SUPPORTED_LIMITS.component && variable === SUPPORTED_LIMITS.variable && value !== undefined
      ? [{ stationId, operatorId, limits: value.split(',').map((limit) => limit.trim().toLowerCase()) }]
      : [],
  );
}
