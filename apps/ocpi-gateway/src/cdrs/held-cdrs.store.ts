import { Injectable } from '@nestjs/common';
import type { BilledCdr, VersionNumber } from '@chargemesh/ocpi';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { CdrCheck } from './cdr-check.decide.js';

/** What an operator made of a CDR that was held. */
export interface HeldDecision {
  readonly as: 'released' | 'dropped';
  readonly by: string;
  readonly at: string;
  readonly note: string;
  /** Why it was held. */
  readonly reasons: HeldRow['held'];
}

export interface HeldRow {
  /** A bigint, hence text. */
  readonly position: string;
  readonly operatorId: string;
  readonly cdr: BilledCdr;
  readonly held: Partial<Record<VersionNumber, string[]>>;
  readonly lastUpdated: Date;
  readonly decision: HeldDecision | null;
}

/** How a CDR is to be sent from now on. */
export interface Checked extends CdrCheck {
  readonly cdrId: string;
}

const CHECKED = { cdrId: 'uuid', periods: 'jsonb', precisions: 'jsonb', held: 'jsonb' } as const;
export const HELD_COLUMNS = `position::text, operator_id AS "operatorId", cdr, held, last_updated AS "lastUpdated", decision`;
export const IS_HELD = `held <> '{}' AND decision IS NULL`;

/** SQL of the CDRs that are held, and of those that nobody has checked yet. */
@Injectable()
export class HeldCdrsStore {
  /** One that waits, for nobody else until the end of the transaction. */
  async lock(tx: Transaction, operatorId: string, cdrId: string): Promise<HeldRow | undefined> {
    const [row] = await tx.query<HeldRow>(
      `SELECT ${HELD_COLUMNS} FROM cdrs WHERE operator_id = $1 AND cdr_id = $2 AND ${IS_HELD} FOR UPDATE`,
      [operatorId, cdrId],
    );
    return row;
  }

  /** Those that wait and take back the CDR. */
  heldCreditsOf(tx: Transaction, operatorId: string, cdrId: string): Promise<HeldRow[]> {
    return tx.query<HeldRow>(
      `SELECT ${HELD_COLUMNS} FROM cdrs WHERE operator_id = $1 AND cdr ? 'creditReferenceId'
         AND cdr ->> 'creditReferenceId' = $2 AND ${IS_HELD} ORDER BY cdrs.position FOR UPDATE`,
      [operatorId, cdrId],
    );
  }

  /** Those that were stored before CDRs were checked, in the order in which they came. */
  unchecked(tx: Transaction, after: string, take: number): Promise<HeldRow[]> {
    return tx.query<HeldRow>(
      `SELECT ${HELD_COLUMNS} FROM cdrs WHERE periods IS NULL AND position > $1::bigint
       ORDER BY cdrs.position LIMIT $2 FOR UPDATE`,
      [after, take],
    );
  }

  async save(tx: Transaction, checked: readonly Checked[]): Promise<void> {
    if (checked.length === 0) return;
    const { from, parameters } = unnest(checked, CHECKED);
    await tx.query(
      `UPDATE cdrs c SET periods = rows.periods, precisions = rows.precisions, held = rows.held
       FROM ${from} WHERE c.cdr_id = rows.cdr_id`,
      parameters,
    );
  }

  /** As if it came now, so that a partner that has read on finds it; the caller has locked the order. */
  async tellAnew(tx: Transaction, cdrId: string, now: Date): Promise<void> {
    await tx.query(`UPDATE cdrs SET position = DEFAULT, last_updated = $2 WHERE cdr_id = $1`, [cdrId, now]);
  }

  async decide(tx: Transaction, cdrId: string, decision: HeldDecision): Promise<void> {
    await tx.query(`UPDATE cdrs SET decision = $2::jsonb WHERE cdr_id = $1`, [cdrId, JSON.stringify(decision)]);
  }

  /** Of all operators that the transaction sees. */
  async count(tx: Transaction): Promise<number> {
    const [row] = await tx.query<{ held: number }>(`SELECT count(*)::integer AS held FROM cdrs WHERE ${IS_HELD}`);
    return row?.held ?? 0;
  }
}
