import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { Registration } from './registration.js';
import type { Registered } from './registrations.decide.js';

interface Asked extends Pick<Registered, 'state' | 'country' | 'held' | 'lateAt'> {
  readonly receiptId: string;
  readonly operatorId: string;
  readonly paymentId: string;
  readonly system: string;
}
export type AskedRegistration = Pick<Asked, 'receiptId' | 'operatorId' | 'paymentId' | 'country' | 'system' | 'state'>;

/** What becomes of receipts at fiscal systems. */
@Injectable()
export class RegistrationsStore {
  async add(tx: Transaction, asked: Asked): Promise<void> {
    const { receiptId, operatorId, paymentId, country, system, state, held, lateAt } = asked;
    await tx.query(
      `INSERT INTO fiscal_registrations (receipt_id, operator_id, payment_id, country, system, state, held, late_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [receiptId, operatorId, paymentId, country, system, state, held, lateAt],
    );
  }

  async find(tx: Transaction, receiptId: string): Promise<AskedRegistration | undefined> {
    const [found] = await tx.query<AskedRegistration>(
      `SELECT receipt_id AS "receiptId", operator_id AS "operatorId", payment_id AS "paymentId", country, system, state
       FROM fiscal_registrations WHERE receipt_id = $1`,
      [receiptId],
    );
    return found;
  }

  /** Of the receipt of a payment; undefined, if it is registered nowhere. */
  async ofReceipt(tx: Transaction, paymentId: string): Promise<Pick<Asked, 'state'> | undefined> {
    const [found] = await tx.query<Pick<Asked, 'state'>>(
      `SELECT f.state FROM fiscal_registrations f JOIN receipts r USING (receipt_id)
       WHERE f.payment_id = $1 AND r.kind = 'receipt'`,
      [paymentId],
    );
    return found;
  }

  /** What is registered once stays as it was answered first. */
  async registered(tx: Transaction, receiptId: string, registration: Registration, at: Date): Promise<void> {
    await tx.query(
      `UPDATE fiscal_registrations SET state = 'registered', registration = $2, settled_at = $3, refusal = NULL
       WHERE receipt_id = $1 AND state <> 'registered'`,
      [receiptId, registration, at],
    );
  }

  async refused(tx: Transaction, receiptId: string, refusal: string, at: Date): Promise<void> {
    await tx.query(
      `UPDATE fiscal_registrations SET state = 'refused', refusal = $2, settled_at = $3
       WHERE receipt_id = $1 AND state = 'waiting'`,
      [receiptId, refusal, at],
    );
  }

  /** False, if it was not refused. */
  async again(tx: Transaction, receiptId: string): Promise<boolean> {
    const waiting = await tx.query(
      `UPDATE fiscal_registrations SET state = 'waiting', settled_at = NULL
       WHERE receipt_id = $1 AND state = 'refused' RETURNING receipt_id`,
      [receiptId],
    );
    return waiting.length > 0;
  }
}
