import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { Registration } from './registration.js';
import type { ReceiptKind } from '../receipts/receipt.document.js';
import type { Registered, RegistrationState } from './registrations.decide.js';

interface Asked extends Pick<Registered, 'state' | 'country' | 'held' | 'lateAt'> {
  readonly receiptId: string;
  readonly operatorId: string;
  readonly paymentId: string;
  readonly system: string;
}
export interface AskedRegistration extends Omit<Asked, 'held' | 'lateAt'> {
  readonly kind: ReceiptKind;
}

const COLUMNS = `f.receipt_id AS "receiptId", f.operator_id AS "operatorId", f.payment_id AS "paymentId", f.country, f.system,
  f.state, r.kind`;

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
      `SELECT ${COLUMNS} FROM fiscal_registrations f JOIN receipts r USING (receipt_id) WHERE f.receipt_id = $1`,
      [receiptId],
    );
    return found;
  }

  /** Of the receipt of a payment, which nobody changes until the end of the transaction; undefined, if it is not to be registered. */
  async ofReceipt(tx: Transaction, paymentId: string): Promise<RegistrationState | undefined> {
    const [found] = await tx.query<{ state: RegistrationState }>(
      `SELECT f.state FROM fiscal_registrations f JOIN receipts r USING (receipt_id)
       WHERE f.payment_id = $1 AND r.kind = 'receipt' FOR UPDATE OF f`,
      [paymentId],
    );
    return found?.state;
  }

  /** The credit notes of a payment that are to be registered. */
  notesThatWait(tx: Transaction, paymentId: string): Promise<AskedRegistration[]> {
    return tx.query<AskedRegistration>(
      `SELECT ${COLUMNS} FROM fiscal_registrations f JOIN receipts r USING (receipt_id)
       WHERE f.payment_id = $1 AND r.kind = 'credit-note' AND f.state = 'waiting' ORDER BY f.receipt_id`,
      [paymentId],
    );
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

  /** Of one that was refused, or is late. False, if it is neither. */
  async again(tx: Transaction, receiptId: string, now: Date): Promise<boolean> {
    const waiting = await tx.query(
      `UPDATE fiscal_registrations SET state = 'waiting', settled_at = NULL
       WHERE receipt_id = $1 AND (state = 'refused' OR (state = 'waiting' AND late_at <= $2)) RETURNING receipt_id`,
      [receiptId, now],
    );
    return waiting.length > 0;
  }
}
