import { Injectable } from '@nestjs/common';
import { compare, formatAmount, parseDecimal, subtract, zero } from '@chargemesh/money';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { Payment } from '../payments/payment.entity.js';

/** Money that a provider took or gave back for a payment; less than nothing, where it says less than before. */
export interface Movement extends Pick<Payment, 'operatorId' | 'paymentId' | 'provider' | 'currency'> {
  readonly movementId: string;
  readonly kind: 'capture' | 'refund';
  readonly amount: string;
  readonly movedAt: Date;
}

/** Of one day, as the operator's books have it. Amounts are decimal strings. */
export interface DayOfPayouts {
  readonly day: string;
  readonly provider: string;
  readonly currency: string;
  readonly captures: number;
  readonly refunds: number;
  readonly captured: string;
  readonly refunded: string;
}

const COLUMNS = {
  ...{ movementId: 'uuid', operatorId: 'uuid', paymentId: 'uuid', provider: 'text', currency: 'text', kind: 'text' },
  ...{ amount: 'numeric', movedAt: 'timestamptz' },
};
const DAYS_AT_MOST = 1_000;

@Injectable()
export class MovementsStore {
  async add(tx: Transaction, movements: readonly Movement[]): Promise<void> {
    const { columns, from, parameters } = unnest(movements, COLUMNS);
    await tx.query(`INSERT INTO payment_movements (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  /** By day of a time zone, provider and currency. */
  byDay(
    tx: Transaction,
    operatorId: string,
    { from, to, timeZone }: { from: string; to: string; timeZone: string },
  ): Promise<DayOfPayouts[]> {
    return tx.query<DayOfPayouts>(
      `SELECT to_char(moved_at AT TIME ZONE $4, 'YYYY-MM-DD') AS day, provider, currency,
         count(*) FILTER (WHERE kind = 'capture')::int AS captures, count(*) FILTER (WHERE kind = 'refund')::int AS refunds,
         COALESCE(sum(amount) FILTER (WHERE kind = 'capture'), 0)::text AS captured,
         COALESCE(sum(amount) FILTER (WHERE kind = 'refund'), 0)::text AS refunded
       FROM payment_movements
       WHERE operator_id = $1 AND moved_at >= $2::date::timestamp AT TIME ZONE $4
         AND moved_at < ($3::date + 1)::timestamp AT TIME ZONE $4
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT ${DAYS_AT_MOST}`,
      [operatorId, from, to, timeZone],
    );
  }
}

/** What a change of a payment moved. */
export function movementsOf(before: Payment, after: Payment, movedAt: Date): Movement[] {
  const { operatorId, paymentId, provider, currency } = after;
  return (['capture', 'refund'] as const).flatMap((kind) => {
    const [known, now] = [before, after].map((payment) => amountOf(payment, kind));
    const moved = subtract(now ?? zero, known ?? zero);
    const amount = formatAmount(moved, currency);
    const of = { operatorId, paymentId, provider, currency };
    return compare(moved, zero) === 0 ? [] : [{ movementId: uuidv7(), ...of, kind, amount, movedAt }];
  });
}

function amountOf({ capturedAmount, refundedAmount }: Payment, kind: Movement['kind']) {
  return parseDecimal(kind === 'capture' ? capturedAmount : refundedAmount);
}
