import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { PaymentEffects } from '../payments/payment.effects.js';
import { PaymentsStore } from '../payments/payments.store.js';

/** What a provider says by a webhook, after its signature was verified. */
export interface Notification {
  readonly operatorId: string;
  readonly provider: string;
  /** The provider's own: the same one again is no news. */
  readonly eventId: string;
  readonly checkoutRef: string;
}

/** Takes what providers tell: kept, then answered, and upon it the payment's state is read there. What it says is not believed. */
@Injectable()
export class Notifications {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: PaymentsStore,
    private readonly effects: PaymentEffects,
  ) {}

  take({ operatorId, provider, eventId, checkoutRef }: Notification): Promise<void> {
    return this.database.transaction([operatorId], async (tx) => {
      const taken = await tx.query(
        `INSERT INTO provider_notifications (notification_id, operator_id, provider, event_id, checkout_ref, received_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (operator_id, provider, event_id) DO NOTHING RETURNING 1`,
        [uuidv7(), operatorId, provider, eventId, checkoutRef, this.clock.now()],
      );
      if (taken.length === 0) return;
      // Of a checkout that is not known yet nothing is lost: its state is read when it was opened, and every 15 minutes.
      const payments = await this.store.ofCheckout(tx, checkoutRef);
      await this.effects.look(
        tx,
        payments.map((key) => ({ ...key, provider })),
      );
    });
  }
}
