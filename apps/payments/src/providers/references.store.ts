import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { Payment } from '../payments/payment.entity.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

interface Named {
  readonly operatorId: string;
  readonly accountId: string | null;
  readonly provider: string;
  readonly reference: string;
  readonly paymentId?: string | undefined;
}

type NamedPayment = Pick<Payment, 'operatorId' | 'providerAccountId' | 'paymentId'>;

/** What payments are called at their providers. */
@Injectable()
export class ReferencesStore {
  /** Whose a reference is, or who it says itself; of the operator's account alone. */
  async paymentOf(tx: Transaction, named: Named): Promise<string | undefined> {
    const { operatorId, accountId, provider, reference } = named;
    const said = named.paymentId !== undefined && UUID.test(named.paymentId) ? named.paymentId : null;
    const [found] = await tx.query<{ paymentId: string }>(
      `SELECT payment_id AS "paymentId" FROM payments
       WHERE operator_id = $1 AND provider_account_id IS NOT DISTINCT FROM $2::uuid AND provider = $3
         AND payment_id IN (
           SELECT $5::uuid
           UNION ALL SELECT payment_id FROM payments WHERE checkout_ref = $4
           UNION ALL SELECT payment_id FROM provider_references WHERE operator_id = $1 AND account_id = $2 AND reference = $4)
       LIMIT 1`,
      [operatorId, accountId, provider, reference, said],
    );
    return found?.paymentId;
  }

  /** Of the sandbox the checkout is enough. */
  async keep(tx: Transaction, payment: NamedPayment, references: readonly string[]): Promise<void> {
    const { operatorId, providerAccountId, paymentId } = payment;
    if (providerAccountId === null) return;
    await tx.query(
      `INSERT INTO provider_references (operator_id, account_id, reference, payment_id)
       SELECT $1, $2, reference, $3 FROM unnest($4::text[]) AS reference ON CONFLICT DO NOTHING`,
      [operatorId, providerAccountId, paymentId, references],
    );
  }
}
