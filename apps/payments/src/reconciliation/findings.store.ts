import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import { Finding } from './finding.entity.js';
import { FINDING_KINDS, type FindingKind } from './finding.kinds.js';

export type Found = Pick<Finding, 'operatorId' | 'subject' | 'paymentId' | 'sessionId' | 'details'>;

/** Findings of a kind that are open. */
export interface OpenOfKind {
  readonly kind: FindingKind;
  readonly count: number;
  readonly oldestS: number;
}

const COLUMNS = {
  ...{ findingId: 'uuid', operatorId: 'uuid', kind: 'text', subject: 'uuid', paymentId: 'uuid', sessionId: 'uuid' },
  ...{ details: 'jsonb', foundAt: 'timestamptz', seenAt: 'timestamptz', times: 'integer' },
};

@Injectable()
export class FindingsStore {
  /** What is so now, of the operators that the transaction sees. */
  look(
    tx: Transaction,
    kind: FindingKind,
    { now, after, limit }: { now: Date; after: string | undefined; limit: number },
  ): Promise<Found[]> {
    // Not every kind goes by the time.
    const sql = `SELECT * FROM (${FINDING_KINDS[kind].sql}) AS found
      WHERE $1::timestamptz IS NOT NULL AND ($3::uuid IS NULL OR subject > $3) ORDER BY subject LIMIT $2`;
    return tx.query<Found>(sql, [now, limit, after ?? null]);
  }

  /** The same again is the same finding; what somebody resolved is open again only when something of it has changed. */
  async keep(tx: Transaction, kind: FindingKind, found: readonly Found[], now: Date): Promise<void> {
    const rows = found.map((one) => ({ ...one, findingId: uuidv7(), kind, foundAt: now, seenAt: now, times: 1 }));
    const { columns, from, parameters } = unnest(rows, COLUMNS);
    await tx.query(
      `INSERT INTO reconciliation_findings AS f (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (operator_id, kind, subject) DO UPDATE SET seen_at = EXCLUDED.seen_at, times = f.times + 1,
         details = EXCLUDED.details, payment_id = EXCLUDED.payment_id, session_id = EXCLUDED.session_id,
         resolved_at = CASE WHEN f.resolved_by IS NULL OR f.details <> EXCLUDED.details THEN NULL ELSE f.resolved_at END,
         resolved_by = CASE WHEN f.details <> EXCLUDED.details THEN NULL ELSE f.resolved_by END`,
      parameters,
    );
  }

  /** What was not seen this time is so no longer. */
  async end(tx: Transaction, kind: FindingKind, now: Date): Promise<void> {
    await tx.query(
      `UPDATE reconciliation_findings SET resolved_at = $2 WHERE resolved_at IS NULL AND kind = $1 AND seen_at < $2`,
      [kind, now],
    );
  }

  /** Says that one is in order; undefined, if there is none that is open. */
  async resolve(
    tx: Transaction,
    { operatorId, findingId }: Pick<Finding, 'operatorId' | 'findingId'>,
    by: { readonly subject: string; readonly note: string; readonly at: Date },
  ): Promise<Finding | undefined> {
    const where = { operatorId, findingId };
    const finding = await tx.manager.findOne(Finding, { where, lock: { mode: 'pessimistic_write' } });
    if (!finding || finding.resolvedAt !== null) return undefined;
    const resolved = { resolvedAt: by.at, resolvedBy: by.subject, note: by.note };
    await tx.manager.update(Finding, { findingId }, resolved);
    return { ...finding, ...resolved };
  }

  countOpen(tx: Transaction, now: Date): Promise<OpenOfKind[]> {
    return tx.query<OpenOfKind>(
      `SELECT kind, count(*)::int AS count, extract(epoch FROM $1::timestamptz - min(found_at))::float8 AS "oldestS"
       FROM reconciliation_findings WHERE resolved_at IS NULL GROUP BY kind ORDER BY kind`,
      [now],
    );
  }
}
