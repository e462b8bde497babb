import { Injectable } from '@nestjs/common';
import { type LoggedAttempt, attemptsOf } from '@chargemesh/outbound';
import type { Transaction } from '@chargemesh/persistence';
import type { PaymentKey } from '../payments/payments.store.js';

export interface CallOfPayment {
  readonly callId: string;
  readonly kind: string;
  readonly destination: string;
  readonly state: string;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  readonly attempts: readonly LoggedAttempt[];
}

const CALLS_AT_MOST = 100;
const ATTEMPTS_AT_MOST = 20;

/** The calls to providers that a payment asked for, and what became of each attempt. */
@Injectable()
export class ProviderCallsLog {
  /** The newest, in order. */
  async of(tx: Transaction, { operatorId, paymentId }: PaymentKey): Promise<CallOfPayment[]> {
    const calls = await tx.query<Omit<CallOfPayment, 'attempts'>>(
      `SELECT call_id AS "callId", kind, destination, state, created_at AS "createdAt", settled_at AS "settledAt"
       FROM outbound_calls WHERE order_key = $1 AND operator_id = $2 AND kind LIKE 'payment-%'
       ORDER BY call_id DESC LIMIT ${CALLS_AT_MOST}`,
      [paymentId, operatorId],
    );
    const logged: CallOfPayment[] = [];
    for (const call of calls.reverse())
      logged.push({ ...call, attempts: await attemptsOf(tx, call.callId, ATTEMPTS_AT_MOST) });
    return logged;
  }
}
