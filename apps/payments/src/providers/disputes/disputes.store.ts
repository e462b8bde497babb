import { Injectable } from '@nestjs/common';
import { formatAmount, parseDecimal } from '@chargemesh/money';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import { fromMinor } from '../minor-units.js';
import type { DisputeAtProvider, PaymentProvider } from '../provider.port.js';

interface Disputed {
  readonly operatorId: string;
  readonly paymentId: string;
}

@Injectable()
export class DisputesStore {
  /** As the provider says them now. */
  async keep(
    tx: Transaction,
    { operatorId, paymentId }: Disputed,
    disputes: readonly DisputeAtProvider[],
    { minorDigits }: Pick<PaymentProvider, 'minorDigits'>,
  ): Promise<void> {
    if (disputes.length === 0) return;
    const rows = disputes.map(({ amount, currency, ...dispute }) => ({
      ...{ disputeId: uuidv7(), operatorId, paymentId, currency, ...dispute },
      amount: formatAmount(parseDecimal(fromMinor(amount, minorDigits(currency))), currency),
    }));
    const { columns, from, parameters } = unnest(rows, {
      ...{ disputeId: 'uuid', operatorId: 'uuid', paymentId: 'uuid', reference: 'text', amount: 'numeric' },
      ...{ currency: 'text', reason: 'text', status: 'text', openedAt: 'timestamptz', evidenceDueBy: 'timestamptz' },
    });
    await tx.query(
      `INSERT INTO payment_disputes (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (operator_id, payment_id, reference) DO UPDATE
         SET amount = EXCLUDED.amount, reason = EXCLUDED.reason, status = EXCLUDED.status, evidence_due_by = EXCLUDED.evidence_due_by`,
      parameters,
    );
  }
}
