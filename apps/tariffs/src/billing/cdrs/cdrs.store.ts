import { Injectable } from '@nestjs/common';
import type { CdrKind } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { In } from 'typeorm';
import { Cdr } from './cdr.entity.js';

export interface Follower {
  readonly cdrId: string;
  readonly kind: CdrKind;
  /** The CDR that it credits or replaces. */
  readonly of: string;
}

/** Where reading in the order of issue goes on. */
export type IssuedAfter = Pick<Cdr, 'issuedAt' | 'number'>;

@Injectable()
export class CdrsStore {
  /** The CDRs of these sessions that have not been credited: one of each at most. */
  async live(tx: Transaction, sessionIds: readonly string[]): Promise<Map<string, Cdr['document']>> {
    const rows = await tx.prepared<Pick<Cdr, 'sessionId' | 'document'>>(
      `SELECT session_id AS "sessionId", document FROM cdrs c WHERE session_id = ANY ($1) AND kind <> 'credit'
         AND NOT EXISTS (SELECT FROM cdrs WHERE credits_cdr_id = c.cdr_id)`,
      [sessionIds],
    );
    return new Map(rows.map(({ sessionId, document }) => [sessionId, document]));
  }

  /** What was issued later because of these CDRs: their credits and replacements. */
  followers(tx: Transaction, cdrIds: readonly string[]): Promise<Follower[]> {
    return tx.query<Follower>(
      `SELECT cdr_id AS "cdrId", kind, COALESCE(credits_cdr_id, replaces_cdr_id) AS "of" FROM cdrs
       WHERE credits_cdr_id = ANY ($1) OR replaces_cdr_id = ANY ($1)`,
      [cdrIds],
    );
  }

  /**
   * Takes numbers for so many CDRs of each operator, and gives the last number before them. The rows stay locked until
   * the commit, so a number is either used or free again.
   */
  async takeNumbers(tx: Transaction, counts: ReadonlyMap<string, number>): Promise<Map<string, number>> {
    const wanted = [...counts].map(([operatorId, count]) => ({ operatorId, count }));
    const { from, parameters } = unnest(wanted, { operatorId: 'uuid', count: 'integer' });
    const rows = await tx.prepared<{ operatorId: string; last: string }>(
      // Sorted, so that two batches take the locks in one order.
      `INSERT INTO cdr_numbers AS n (operator_id, last) SELECT operator_id, count FROM ${from} ORDER BY operator_id
       ON CONFLICT (operator_id) DO UPDATE SET last = n.last + EXCLUDED.last
       RETURNING operator_id AS "operatorId", last`,
      parameters,
    );
    return new Map(rows.map(({ operatorId, last }) => [operatorId, Number(last) - (counts.get(operatorId) ?? 0)]));
  }

  /** Has numbers go on after those that were given out already. */
  async passNumbers(tx: Transaction, given: ReadonlyMap<string, number>): Promise<void> {
    const { from, parameters } = unnest(
      [...given].map(([operatorId, number]) => ({ operatorId, number })),
      { operatorId: 'uuid', number: 'bigint' },
    );
    await tx.query(
      `INSERT INTO cdr_numbers AS n (operator_id, last) SELECT operator_id, number FROM ${from} ORDER BY operator_id
       ON CONFLICT (operator_id) DO UPDATE SET last = greatest(n.last, EXCLUDED.last)`,
      parameters,
    );
  }

  /** Which of these CDRs are here. */
  async known(tx: Transaction, cdrIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.prepared<{ id: string }>('SELECT cdr_id AS id FROM cdrs WHERE cdr_id = ANY ($1)', [cdrIds]);
    return new Set(rows.map(({ id }) => id));
  }

  async currencies(tx: Transaction, operatorIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ operatorId: string; currency: string }>(
      `SELECT operator_id AS "operatorId", currency FROM known_operators WHERE operator_id = ANY ($1)`,
      [operatorIds],
    );
    return new Map(rows.map(({ operatorId, currency }) => [operatorId, currency]));
  }

  async add(tx: Transaction, cdrs: readonly Cdr[]): Promise<void> {
    const rows = cdrs.map((cdr) => ({ ...cdr, document: JSON.stringify(cdr.document) }));
    const { columns, from, parameters } = unnest(rows, {
      cdrId: 'uuid',
      operatorId: 'uuid',
      sessionId: 'uuid',
      number: 'text',
      stationId: 'text',
      issuedAt: 'timestamptz',
      kind: 'text',
      creditsCdrId: 'uuid',
      replacesCdrId: 'uuid',
      document: 'json',
    });
    await tx.prepared(`INSERT INTO cdrs (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  find(tx: Transaction, cdrId: string): Promise<Cdr | null> {
    return tx.manager.findOne(Cdr, { where: { cdrId } });
  }

  ofSessions(tx: Transaction, sessionIds: readonly string[]): Promise<Cdr[]> {
    return tx.manager.find(Cdr, { where: { sessionId: In([...sessionIds]) } });
  }

  /** In the order of issue, from just after a CDR on, until before a moment. */
  issuedBetween(
    tx: Transaction,
    operatorId: string,
    { issuedAt, number }: IssuedAfter,
    to: Date,
    take: number,
  ): Promise<Pick<Cdr, 'issuedAt' | 'number' | 'document'>[]> {
    return tx.query(
      `SELECT issued_at AS "issuedAt", number, document FROM cdrs
       WHERE operator_id = $1 AND (issued_at, number) > ($2, $3) AND issued_at < $4
       ORDER BY issued_at, number LIMIT $5`,
      [operatorId, issuedAt, number, to, take],
    );
  }
}
