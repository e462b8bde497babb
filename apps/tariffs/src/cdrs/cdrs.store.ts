import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { MoreThan } from 'typeorm';
import { Cdr, Pin } from './cdr.entity.js';

@Injectable()
export class CdrsStore {
  async addPins(tx: Transaction, pins: readonly Pin[]): Promise<void> {
    const { columns, from, parameters } = unnest(pins, {
      sessionId: 'uuid',
      operatorId: 'uuid',
      assignmentId: 'uuid',
      tariffId: 'uuid',
      tariffVersion: 'integer',
    });
    await tx.query(`INSERT INTO pins (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT DO NOTHING`, parameters);
  }

  async pins(tx: Transaction, sessionIds: readonly string[]): Promise<Map<string, Pin>> {
    const rows = await tx.query<Pin>(
      `SELECT session_id AS "sessionId", operator_id AS "operatorId", assignment_id AS "assignmentId",
         tariff_id AS "tariffId", tariff_version AS "tariffVersion" FROM pins WHERE session_id = ANY ($1)`,
      [sessionIds],
    );
    return new Map(rows.map((pin) => [pin.sessionId, pin]));
  }

  /** Of these sessions, those that have their CDR. */
  async issued(tx: Transaction, sessionIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ sessionId: string }>(
      `SELECT session_id AS "sessionId" FROM cdrs WHERE session_id = ANY ($1)`,
      [sessionIds],
    );
    return new Set(rows.map(({ sessionId }) => sessionId));
  }

  /**
   * Takes numbers for so many CDRs of each operator, and gives the last number before them. The rows stay locked until
   * the commit, so a number is either used or free again.
   */
  async takeNumbers(tx: Transaction, counts: ReadonlyMap<string, number>): Promise<Map<string, number>> {
    const wanted = [...counts].map(([operatorId, count]) => ({ operatorId, count }));
    const { from, parameters } = unnest(wanted, { operatorId: 'uuid', count: 'integer' });
    const rows = await tx.query<{ operatorId: string; last: string }>(
      // Sorted, so that two batches take the locks in one order.
      `INSERT INTO cdr_numbers AS n (operator_id, last) SELECT operator_id, count FROM ${from} ORDER BY operator_id
       ON CONFLICT (operator_id) DO UPDATE SET last = n.last + EXCLUDED.last
       RETURNING operator_id AS "operatorId", last`,
      parameters,
    );
    return new Map(rows.map(({ operatorId, last }) => [operatorId, Number(last) - (counts.get(operatorId) ?? 0)]));
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
      document: 'json',
    });
    await tx.query(`INSERT INTO cdrs (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  find(tx: Transaction, cdrId: string): Promise<Cdr | null> {
    return tx.manager.findOne(Cdr, { where: { cdrId } });
  }

  /** In the order of their numbers, which is that of their commits: who reads on from the last one misses none. */
  list(
    tx: Transaction,
    operatorId: string,
    { sessionId, stationId }: { sessionId?: string | undefined; stationId?: string | undefined },
    after: string | undefined,
    take: number,
  ): Promise<Cdr[]> {
    const where = {
      operatorId,
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(stationId === undefined ? {} : { stationId }),
      ...(after === undefined ? {} : { number: MoreThan(after) }),
    };
    return tx.manager.find(Cdr, { where, order: { number: 'ASC' }, take });
  }
}
