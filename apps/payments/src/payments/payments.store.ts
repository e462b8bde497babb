import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { In } from 'typeorm';
import type { PaidCdr } from './checkout.port.js';
import { Payment, TimelineEntry } from './payment.entity.js';

/** Which payment something is about. */
export interface PaymentKey {
  readonly operatorId: string;
  readonly paymentId: string;
}
export type Matched = PaymentKey & Pick<Payment, 'sessionId' | 'tokenUid' | 'stationId' | 'evseId'>;
/** A payment that is looked at. */
export interface Unsettled extends PaymentKey, Pick<Payment, 'provider' | 'providerAccountId'> {
  /** A refund was asked for that was not made. */
  readonly isOwed: boolean;
}

/** A payment whose time is over. */
export interface Due extends PaymentKey {
  readonly deadlineAt: Date;
}

const MATCHED =
  'operator_id AS "operatorId", payment_id AS "paymentId", session_id AS "sessionId", token_uid AS "tokenUid", station_id AS "stationId", evse_id AS "evseId"';

@Injectable()
export class PaymentsStore {
  async add(tx: Transaction, payment: Payment): Promise<void> {
    await tx.manager.insert(Payment, payment);
  }

  /** Locks payments until the end of the transaction, in one order for everybody. */
  async lock(tx: Transaction, paymentIds: readonly string[]): Promise<Map<string, Payment>> {
    const payments = await tx.manager.find(Payment, {
      where: { paymentId: In([...new Set(paymentIds)]) },
      order: { paymentId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    return new Map(payments.map((payment) => [payment.paymentId, payment]));
  }

  async save(tx: Transaction, { paymentId, ...changed }: Payment): Promise<void> {
    // The offer never changes, and is not written again.
    const { offer: _offer, ...columns } = changed;
    await tx.manager.update(Payment, { paymentId }, columns);
  }

  async addToTimeline(tx: Transaction, entries: readonly TimelineEntry[]): Promise<void> {
    const { columns, from, parameters } = unnest(entries, {
      ...{ entryId: 'uuid', operatorId: 'uuid', paymentId: 'uuid', at: 'timestamptz', event: 'text', state: 'text' },
      details: 'jsonb',
    });
    await tx.query(`INSERT INTO payment_timeline (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  find(tx: Transaction, { operatorId, paymentId }: PaymentKey): Promise<Payment | null> {
    return tx.manager.findOneBy(Payment, { operatorId, paymentId });
  }

  findByReference(tx: Transaction, reference: string): Promise<Payment | null> {
    return tx.manager.findOneBy(Payment, { reference });
  }

  timeline(tx: Transaction, paymentId: string): Promise<TimelineEntry[]> {
    return tx.manager.find(TimelineEntry, { where: { paymentId }, order: { entryId: 'ASC' }, take: 1_000 });
  }

  /** Payments of a browser that are not settled, the newest first. */
  underWay(tx: Transaction, attempt: string): Promise<Payment[]> {
    const state = In(['authorizing', 'starting', 'waiting-for-plug', 'charging']);
    return tx.manager.find(Payment, { where: { attempt, state }, order: { paymentId: 'DESC' }, take: 20 });
  }

  ofSessions(tx: Transaction, sessionIds: readonly string[]): Promise<Matched[]> {
    return tx.query<Matched>(`SELECT ${MATCHED} FROM payments WHERE session_id = ANY ($1)`, [sessionIds]);
  }

  ofTokens(tx: Transaction, uids: readonly string[]): Promise<Matched[]> {
    return tx.query<Matched>(`SELECT ${MATCHED} FROM payments WHERE token_uid = ANY ($1)`, [uids]);
  }

  /** Those whose time is over, the longest first, after the last that was given. */
  due(tx: Transaction, { now, after }: { now: Date; after: Due | undefined }, limit: number): Promise<Due[]> {
    return tx.query<Due>(
      `SELECT operator_id AS "operatorId", payment_id AS "paymentId", deadline_at AS "deadlineAt" FROM payments
       WHERE deadline_at <= $1 AND ($2::timestamptz IS NULL OR (deadline_at, payment_id) > ($2, $3::uuid))
       ORDER BY deadline_at, payment_id LIMIT $4`,
      [now, after?.deadlineAt ?? null, after?.paymentId ?? null, limit],
    );
  }

  /** Those whose state at the provider may not be what we know: all that are not settled, and what was closed since then. */
  unsettled(tx: Transaction, closedSince: Date): Promise<Unsettled[]> {
    const looked = `operator_id AS "operatorId", payment_id AS "paymentId", provider, provider_account_id AS "providerAccountId",
      refund_wanted > refunded_amount AS "isOwed"`;
    return tx.query<Unsettled>(
      `SELECT ${looked} FROM payments WHERE state NOT IN ('captured', 'refunded', 'released', 'declined', 'failed')
       UNION ALL
       SELECT ${looked} FROM payments WHERE state IN ('released', 'declined', 'failed') AND changed_at >= $1
       UNION ALL
       SELECT ${looked} FROM payments WHERE state IN ('captured', 'refunded') AND refund_wanted > refunded_amount`,
      [closedSince],
    );
  }

  async keepCdrs(
    tx: Transaction,
    cdrs: readonly { paymentId: string; operatorId: string; cdr: PaidCdr }[],
  ): Promise<void> {
    const rows = cdrs.map((row) => ({ ...row, cdrId: row.cdr.cdrId }));
    const types = { cdrId: 'uuid', operatorId: 'uuid', paymentId: 'uuid', cdr: 'jsonb' };
    const { columns, from, parameters } = unnest(rows, types);
    await tx.query(
      `INSERT INTO payment_cdrs (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT (cdr_id) DO NOTHING`,
      parameters,
    );
  }

  async cdr(tx: Transaction, cdrId: string): Promise<PaidCdr | undefined> {
    const rows = await tx.query<{ cdr: PaidCdr }>('SELECT cdr FROM payment_cdrs WHERE cdr_id = $1', [cdrId]);
    return rows[0]?.cdr;
  }

  /** By state, of all that are not settled, or owe their driver a refund; for the gauge. */
  countUnsettled(tx: Transaction, now: Date): Promise<{ state: string; count: number; oldestS: number }[]> {
    return tx.query(
      `SELECT state, count(*)::int AS count, extract(epoch FROM $1::timestamptz - min(changed_at))::float8 AS "oldestS" FROM payments
       WHERE state NOT IN ('captured', 'refunded', 'released', 'declined', 'failed') OR refund_wanted > refunded_amount
       GROUP BY state`,
      [now],
    );
  }
}
