import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import type { Payment } from '../payments/payment.entity.js';
import { PaymentEffects } from '../payments/payment.effects.js';
import { type PaymentKey, PaymentsStore } from '../payments/payments.store.js';
import { PaymentsTelemetry } from '../payments/payments.telemetry.js';
import type { Notice } from './provider.port.js';
import { ReferencesStore } from './references.store.js';

/** What a provider says by a webhook, after its signature was verified. */
export interface Notification extends Notice {
  readonly operatorId: string;
  readonly provider: string;
  /** Null of the sandbox, which has none. */
  readonly accountId: string | null;
}

/** Takes what providers tell: kept, then answered, and upon it the payment's state is read there. What it says is not believed. */
@Injectable()
export class Notifications {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly references: ReferencesStore,
    private readonly payments: PaymentsStore,
    private readonly effects: PaymentEffects,
    private readonly telemetry: PaymentsTelemetry,
  ) {}

  take(notification: Notification): Promise<void> {
    const { operatorId, provider, eventId, accountId, reference, cardLast4 } = notification;
    return this.database.transaction([operatorId], async (tx) => {
      const paymentId = await this.references.paymentOf(tx, notification);
      const taken = await tx.query(
        `INSERT INTO provider_notifications
           (notification_id, operator_id, provider, event_id, account_id, checkout_ref, payment_id, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (operator_id, provider, event_id) DO NOTHING RETURNING 1`,
        [
          uuidv7(),
          operatorId,
          provider,
          toldTo(accountId, eventId),
          accountId,
          reference,
          paymentId ?? null,
          this.clock.now(),
        ],
      );
      if (taken.length === 0) return;
      tx.onCommit(() => this.telemetry.notified(provider));
      if (paymentId === undefined) return;
      await this.effects.look(tx, [{ operatorId, paymentId, provider, providerAccountId: accountId, isTold: true }]);
      if (cardLast4 !== undefined) await this.payments.knowCard(tx, { operatorId, paymentId }, cardLast4);
    });
  }

  /** A payment has these names at its provider: what came before anybody knew whose it is has its payment now. */
  async named(tx: Transaction, payment: Matching, references: readonly string[]): Promise<void> {
    if (references.length === 0) return;
    const { operatorId, paymentId, provider, providerAccountId } = payment;
    await this.references.keep(tx, payment, references);
    const matched = await tx.query(
      `UPDATE provider_notifications SET payment_id = $1
       WHERE operator_id = $2 AND provider = $3 AND account_id IS NOT DISTINCT FROM $4::uuid AND checkout_ref = ANY ($5)
         AND payment_id IS NULL RETURNING 1`,
      [paymentId, operatorId, provider, providerAccountId, references],
    );
    if (matched.length > 0) await this.effects.look(tx, [{ ...payment, isTold: true }]);
  }
}

/** By its account, too: where two are told of the same event, it is news to each, and one of them has the payment. */
function toldTo(accountId: string | null, eventId: string): string {
  return accountId === null ? eventId : `${accountId}/${eventId}`;
}

type Matching = PaymentKey & Pick<Payment, 'provider' | 'providerAccountId'>;
