import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { FiscalAccount } from './accounts/fiscal-accounts.store.js';
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
  /** Where it was sent first, since another register would register it twice; null until then, and after it was refused. */
  readonly register: string | null;
  readonly secretName: string | null;
}

const COLUMNS = `f.receipt_id AS "receiptId", f.operator_id AS "operatorId", f.payment_id AS "paymentId", f.country, f.system,
  f.state, f.register, f.secret_name AS "secretName", r.kind`;

type SentTo = Pick<FiscalAccount, 'system' | 'register' | 'secretName'>;

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

  /** Before it is sent for the first time. False, if it was. */
  async sentTo(tx: Transaction, receiptId: string, { system, register, secretName }: SentTo): Promise<boolean> {
    const sent = await tx.query(
      `UPDATE fiscal_registrations SET system = $2, register = $3, secret_name = $4
       WHERE receipt_id = $1 AND register IS NULL RETURNING receipt_id`,
      [receiptId, system, register, secretName],
    );
    return sent.length > 0;
  }

  /** The account was wrong, so that nothing has it. */
  async notSent(tx: Transaction, receiptId: string): Promise<void> {
    await tx.query('UPDATE fiscal_registrations SET register = NULL, secret_name = NULL WHERE receipt_id = $1', [
      receiptId,
    ]);
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
      `UPDATE fiscal_registrations SET state = 'refused', refusal = $2, settled_at = $3, register = NULL, secret_name = NULL
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
