import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import { operatorOf } from '../../payments/references.js';
import type { AtProvider } from '../provider.port.js';

export interface SandboxCheckout {
  readonly checkoutRef: string;
  readonly operatorId: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
  readonly returnPath: string;
  /** What was chosen at its page; it counts from `decidedAt` on. */
  readonly outcome: 'approve' | 'decline' | null;
  /** Asked for a second step, as by 3-D Secure. */
  readonly challenged: boolean;
  readonly decidedAt: Date | null;
  readonly captureBefore: Date | null;
  readonly expiresAt: Date;
  readonly releasedAt: Date | null;
  readonly captured: number | null;
  readonly refunded: number;
  readonly refundKeys: readonly string[];
}

export interface SandboxWebhook {
  readonly webhookId: string;
  readonly operatorId: string;
  readonly eventId: string;
  readonly checkoutRef: string;
}

const COLUMNS = `checkout_ref AS "checkoutRef", operator_id AS "operatorId", payment_id AS "paymentId", amount::float8 AS amount,
  currency, return_path AS "returnPath", outcome, challenged, decided_at AS "decidedAt", capture_before AS "captureBefore",
  expires_at AS "expiresAt", released_at AS "releasedAt", captured::float8 AS captured, refunded::float8 AS refunded,
  refund_keys AS "refundKeys"`;

@Injectable()
export class SandboxStore {
  constructor(private readonly database: Database) {}

  /** In a transaction of the sandbox's own, as another system would have it. */
  in<T>(operatorId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction([operatorId], work);
  }

  /** One per payment, however often it is opened; gives the one there is. */
  async open(
    tx: Transaction,
    given: Pick<
      SandboxCheckout,
      'checkoutRef' | 'operatorId' | 'paymentId' | 'amount' | 'currency' | 'returnPath' | 'expiresAt'
    >,
    now: Date,
  ): Promise<string> {
    const { checkoutRef, operatorId, paymentId, amount, currency, returnPath, expiresAt } = given;
    const rows = await tx.query<{ checkoutRef: string }>(
      `INSERT INTO sandbox_checkouts AS c (checkout_ref, operator_id, payment_id, amount, currency, return_path, expires_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (payment_id) DO UPDATE SET return_path = c.return_path RETURNING checkout_ref AS "checkoutRef"`,
      [checkoutRef, operatorId, paymentId, amount, currency, returnPath, expiresAt, now],
    );
    return rows[0]?.checkoutRef ?? checkoutRef;
  }

  async ofPayment(tx: Transaction, { paymentId }: Pick<AtProvider, 'paymentId'>): Promise<SandboxCheckout | undefined> {
    const sql = `SELECT ${COLUMNS} FROM sandbox_checkouts WHERE payment_id = $1 FOR UPDATE`;
    return (await tx.query<SandboxCheckout>(sql, [paymentId]))[0];
  }

  /** The checkout of a page, locked while `work` is done; undefined, if there is none. */
  async ofPage<T>(
    checkoutRef: string,
    work: (tx: Transaction, checkout: SandboxCheckout) => Promise<T>,
  ): Promise<T | undefined> {
    const operatorId = operatorOf(checkoutRef);
    if (operatorId === undefined) return undefined;
    return this.in(operatorId, async (tx) => {
      const sql = `SELECT ${COLUMNS} FROM sandbox_checkouts WHERE checkout_ref = $1 FOR UPDATE`;
      const [checkout] = await tx.query<SandboxCheckout>(sql, [checkoutRef]);
      return checkout && work(tx, checkout);
    });
  }

  async decide(
    tx: Transaction,
    checkoutRef: string,
    outcome: 'approve' | 'decline',
    { decidedAt, captureBefore }: { decidedAt: Date; captureBefore: Date | null },
  ): Promise<void> {
    await tx.query(
      `UPDATE sandbox_checkouts SET outcome = $2, decided_at = $3, capture_before = $4 WHERE checkout_ref = $1`,
      [checkoutRef, outcome, decidedAt, captureBefore],
    );
  }

  async challenge(tx: Transaction, checkoutRef: string): Promise<void> {
    await tx.query('UPDATE sandbox_checkouts SET challenged = true WHERE checkout_ref = $1', [checkoutRef]);
  }

  async release(tx: Transaction, checkoutRef: string, now: Date): Promise<void> {
    await tx.query('UPDATE sandbox_checkouts SET released_at = $2 WHERE checkout_ref = $1', [checkoutRef, now]);
  }

  async capture(tx: Transaction, checkoutRef: string, amount: number): Promise<void> {
    await tx.query('UPDATE sandbox_checkouts SET captured = $2 WHERE checkout_ref = $1', [checkoutRef, amount]);
  }

  async refund(tx: Transaction, checkoutRef: string, amount: number, key: string): Promise<void> {
    await tx.query(
      `UPDATE sandbox_checkouts SET refunded = refunded + $2, refund_keys = refund_keys || $3::text WHERE checkout_ref = $1`,
      [checkoutRef, amount, key],
    );
  }

  async addWebhooks(
    tx: Transaction,
    { checkoutRef, operatorId }: SandboxCheckout,
    times: number,
    dueAt: Date,
  ): Promise<void> {
    const eventId = `evt-${uuidv7()}`;
    for (let time = 0; time < times; time++)
      await tx.query(
        `INSERT INTO sandbox_webhooks (webhook_id, operator_id, event_id, checkout_ref, due_at) VALUES ($1, $2, $3, $4, $5)`,
        [uuidv7(), operatorId, eventId, checkoutRef, dueAt],
      );
  }

  dueWebhooks(tx: Transaction, now: Date): Promise<SandboxWebhook[]> {
    return tx.query<SandboxWebhook>(
      `SELECT webhook_id AS "webhookId", operator_id AS "operatorId", event_id AS "eventId", checkout_ref AS "checkoutRef"
       FROM sandbox_webhooks WHERE due_at <= $1 ORDER BY due_at LIMIT 100`,
      [now],
    );
  }

  async told(tx: Transaction, webhookId: string): Promise<void> {
    await tx.query('DELETE FROM sandbox_webhooks WHERE webhook_id = $1', [webhookId]);
  }
}
