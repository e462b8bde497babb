import { Injectable } from '@nestjs/common';
import { type Transaction, lowestIdAt, unnest } from '@chargemesh/persistence';
import { And, In, LessThan, MoreThanOrEqual } from 'typeorm';
import type { AtEvse, PaidCdr } from './checkout.port.js';
import { TERMINAL } from '../terminals/terminal.name.js';
import { Payment, TimelineEntry } from './payment.entity.js';
import type { Unsettled as UnsettledCount } from './payments.telemetry.js';

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

/** What somebody knows of a payment; the rest is undefined. */
export interface Known extends Partial<
  Record<'stationId' | 'sessionId' | 'tokenUid' | 'reference' | 'cardLast4' | 'since' | 'until', string | undefined>
> {
  readonly operatorId: string;
  readonly evseId?: number | undefined;
  readonly limit: number;
}

const MATCHED =
  'operator_id AS "operatorId", payment_id AS "paymentId", session_id AS "sessionId", token_uid AS "tokenUid", station_id AS "stationId", evse_id AS "evseId"';

/** What a terminal took is given back by its operator, who is not asked for it here. */
const ASKS_REFUND = `(refund_wanted > refunded_amount AND provider <> '${TERMINAL}')`;

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
    // Large, and the same but for another start.
    const { offer: _offer, ...columns } = changed;
    await tx.manager.update(Payment, { paymentId }, columns);
  }

  /** What the provider tells of the card that was accepted. */
  async knowCard(tx: Transaction, { paymentId }: PaymentKey, cardLast4: string): Promise<void> {
    await tx.query('UPDATE payments SET card_last4 = $2 WHERE payment_id = $1 AND card_last4 IS DISTINCT FROM $2', [
      paymentId,
      cardLast4,
    ]);
  }

  /** What a driver agreed to who tries again elsewhere. */
  async agree(tx: Transaction, { paymentId, offer }: Pick<Payment, 'paymentId' | 'offer'>): Promise<void> {
    await tx.query('UPDATE payments SET offer = $2 WHERE payment_id = $1', [paymentId, JSON.stringify(offer)]);
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
    const state = In(['authorizing', 'starting', 'waiting-for-plug', 'start-failed', 'charging']);
    return tx.manager.find(Payment, { where: { attempt, state }, order: { paymentId: 'DESC' }, take: 20 });
  }

  ofStarts(tx: Transaction, requestIds: readonly string[]): Promise<(PaymentKey & Pick<Payment, 'startRequestId'>)[]> {
    return tx.query(
      `SELECT operator_id AS "operatorId", payment_id AS "paymentId", start_request_id AS "startRequestId"
       FROM payments WHERE start_request_id = ANY ($1)`,
      [requestIds],
    );
  }

  /** Those of an EVSE that nobody has paid yet, but for the newest and those that were begun since then. */
  unpaidAt(
    tx: Transaction,
    { operatorId, stationId, evseId }: AtEvse,
    but: { readonly newest: number; readonly since: Date },
  ): Promise<PaymentKey[]> {
    return tx.query<PaymentKey>(
      `SELECT operator_id AS "operatorId", payment_id AS "paymentId" FROM (
         SELECT operator_id, payment_id FROM payments
         WHERE operator_id = $1 AND station_id = $2 AND evse_id = $3 AND state = 'authorizing'
         ORDER BY payment_id DESC OFFSET $4) AS beyond
       WHERE payment_id < $5 ORDER BY payment_id LIMIT 100`,
      [operatorId, stationId, evseId, but.newest, lowestIdAt(but.since)],
    );
  }

  /** Forgets payments by which no money ever moved, and what happened to them; gives how many. */
  async forgetUnpaid(tx: Transaction, before: string, limit: number): Promise<number> {
    const rows = await tx.query(
      `WITH gone AS (
         DELETE FROM payments WHERE payment_id = ANY (ARRAY(
           SELECT payment_id FROM payments WHERE state IN ('declined', 'failed') AND hold_state = 'none'
             AND captured_amount = 0 AND payment_id < $1 ORDER BY payment_id LIMIT $2)) RETURNING payment_id),
       told AS (DELETE FROM payment_timeline t USING gone WHERE t.payment_id = gone.payment_id),
       named AS (DELETE FROM provider_references r USING gone WHERE r.payment_id = gone.payment_id)
       SELECT FROM gone`,
      [before, limit],
    );
    return rows.length;
  }

  /** By whatever is known of them, the newest first. */
  async knownBy(tx: Transaction, known: Known): Promise<Payment[]> {
    const { operatorId, stationId, evseId, sessionId, tokenUid, reference, cardLast4, since, until, limit } = known;
    const ids = [
      ...(since === undefined ? [] : [MoreThanOrEqual(since)]),
      ...(until === undefined ? [] : [LessThan(until)]),
    ];
    const where = { operatorId, stationId, evseId, sessionId, tokenUid, reference, cardLast4 };
    const given = Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));
    return tx.manager.find(Payment, {
      where: { ...given, ...(ids.length > 0 ? { paymentId: And(...ids) } : {}) },
      order: { paymentId: 'DESC' },
      take: limit,
    });
  }

  ofSessions(tx: Transaction, sessionIds: readonly string[]): Promise<Matched[]> {
    return tx.prepared<Matched>(`SELECT ${MATCHED} FROM payments WHERE session_id = ANY ($1)`, [sessionIds]);
  }

  ofTokens(tx: Transaction, uids: readonly string[]): Promise<Matched[]> {
    return tx.prepared<Matched>(`SELECT ${MATCHED} FROM payments WHERE token_uid = ANY ($1)`, [uids]);
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

  /**
   * Those whose state at the provider may not be what we know: all that are not settled, and what was closed or captured since then.
   * A hold that is gone does not come back: a claim without one is looked at as long as what was closed.
   */
  unsettled(tx: Transaction, since: { readonly closed: Date; readonly captured: Date }): Promise<Unsettled[]> {
    const looked = `operator_id AS "operatorId", payment_id AS "paymentId", provider, provider_account_id AS "providerAccountId",
      ${ASKS_REFUND} AS "isOwed"`;
    return tx.query<Unsettled>(
      `SELECT ${looked} FROM payments WHERE state NOT IN ('captured', 'refunded', 'released', 'declined', 'failed')
         AND (state <> 'capture-failed' OR hold_state = 'held' OR changed_at >= $1)
       UNION ALL
       SELECT ${looked} FROM payments WHERE state IN ('released', 'declined', 'failed') AND changed_at >= $1
       UNION ALL
       SELECT ${looked} FROM payments
       WHERE state IN ('captured', 'refunded') AND (${ASKS_REFUND} OR changed_at >= $2)`,
      [since.closed, since.captured],
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
  countUnsettled(tx: Transaction, now: Date): Promise<UnsettledCount[]> {
    return tx.query(
      `SELECT state, count(*)::int AS count, extract(epoch FROM $1::timestamptz - min(changed_at))::float8 AS "oldestS",
         extract(epoch FROM min(capture_before) FILTER (WHERE hold_state = 'held' AND captured_amount = 0) - $1)::float8 AS "holdLeftS"
       FROM payments
       WHERE state NOT IN ('captured', 'refunded', 'released', 'declined', 'failed') OR refund_wanted > refunded_amount
       GROUP BY state`,
      [now],
    );
  }
}
