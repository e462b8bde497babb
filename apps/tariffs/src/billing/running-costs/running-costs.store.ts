import { Injectable } from '@nestjs/common';
import { type Transaction, snakeCase, unnest } from '@chargemesh/persistence';
import type { RunningCost } from './running-cost.js';

/** What a session's events and the clock move. */
const MOVED = {
  sessionId: 'uuid',
  sessionVersion: 'integer',
  measuredAt: 'timestamptz',
  heardAt: 'timestamptz',
  energyWh: 'bigint',
  idle: 'boolean',
  load: 'jsonb',
  ended: 'boolean',
  periods: 'jsonb',
  totalBeforeTaxes: 'text',
  totalInclTaxes: 'text',
  costedAt: 'timestamptz',
  tellings: 'integer',
  toldAt: 'timestamptz',
  toldInclTaxes: 'text',
  dueAt: 'timestamptz',
} as const;

const COLUMNS = {
  operatorId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  transactionId: 'text',
  tariffId: 'uuid',
  tariffVersion: 'integer',
  timeZone: 'text',
  startedAt: 'timestamptz',
  currency: 'text',
  ...MOVED,
} as const;

const SELECTED = Object.keys(COLUMNS)
  .map((property) => `c.${snakeCase(property)} AS "${property}"`)
  .concat('p.vat_percent AS "vatPercent"', 'p.vat_treatment AS "vatTreatment"')
  .join(', ');
const PINNED = 'running_costs c JOIN pins p USING (session_id)';
const written = (columns: object): string =>
  Object.keys(columns)
    .filter((property) => property !== 'sessionId')
    .map((property) => `${snakeCase(property)} = rows.${snakeCase(property)}`)
    .join(', ');

type Row = Omit<RunningCost, 'energyWh'> & { energyWh: string };

/** SQL of running costs; the caller holds the locks of the sessions. */
@Injectable()
export class RunningCostsStore {
  async add(tx: Transaction, costs: readonly RunningCost[]): Promise<void> {
    if (costs.length === 0) return;
    const { columns, from, parameters } = unnest(costs, COLUMNS);
    await tx.prepared(
      `INSERT INTO running_costs (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT DO NOTHING`,
      parameters,
    );
  }

  async load(tx: Transaction, sessionIds: readonly string[]): Promise<RunningCost[]> {
    if (sessionIds.length === 0) return [];
    const rows = await tx.prepared<Row>(`SELECT ${SELECTED} FROM ${PINNED} WHERE c.session_id = ANY ($1)`, [
      sessionIds,
    ]);
    return rows.map(costOf);
  }

  async findDue(tx: Transaction, now: Date, limit: number): Promise<string[]> {
    const rows = await tx.prepared<{ sessionId: string }>(
      `SELECT session_id AS "sessionId" FROM running_costs WHERE due_at <= $1 ORDER BY due_at LIMIT $2`,
      [now, limit],
    );
    return rows.map(({ sessionId }) => sessionId);
  }

  /** Those of the sessions that are due now. */
  async loadDue(tx: Transaction, sessionIds: readonly string[], now: Date): Promise<RunningCost[]> {
    const rows = await tx.prepared<Row>(
      `SELECT ${SELECTED} FROM ${PINNED} WHERE c.session_id = ANY ($1) AND c.due_at <= $2`,
      [sessionIds, now],
    );
    return rows.map(costOf);
  }

  /** Writes what events and the clock move. */
  save(tx: Transaction, costs: readonly RunningCost[]): Promise<void> {
    return this.update(tx, costs, MOVED);
  }

  /** Writes all of those that are pinned anew. */
  change(tx: Transaction, costs: readonly RunningCost[]): Promise<void> {
    return this.update(tx, costs, COLUMNS);
  }

  private async update(
    tx: Transaction,
    costs: readonly RunningCost[],
    values: typeof MOVED | typeof COLUMNS,
  ): Promise<void> {
    if (costs.length === 0) return;
    const { from, parameters } = unnest(costs, values);
    await tx.prepared(
      `UPDATE running_costs c SET ${written(values)} FROM ${from} WHERE c.session_id = rows.session_id`,
      parameters,
    );
  }

  /** Removes those of sessions that have their CDR, and gives how often each was told. */
  async remove(tx: Transaction, sessionIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await tx.prepared<Pick<RunningCost, 'sessionId' | 'tellings'>>(
      `DELETE FROM running_costs WHERE session_id = ANY ($1) RETURNING session_id AS "sessionId", tellings`,
      [sessionIds],
    );
    return new Map(rows.map(({ sessionId, tellings }) => [sessionId, tellings]));
  }
}

function costOf(row: Row): RunningCost {
  return { ...row, energyWh: Number(row.energyWh) };
}
