import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { LanguageCode } from '../checkout/languages/languages.js';

export interface ReceiptMail {
  readonly mailId: string;
  readonly operatorId: string;
  readonly paymentId: string;
  readonly address: string;
  readonly language: LanguageCode;
}

@Injectable()
export class MailsStore {
  async add(tx: Transaction, { mailId, operatorId, paymentId, address, language }: ReceiptMail): Promise<void> {
    await tx.query(
      'INSERT INTO receipt_mails (mail_id, operator_id, payment_id, address, language) VALUES ($1, $2, $3, $4, $5)',
      [mailId, operatorId, paymentId, address, language],
    );
  }

  async countOf(tx: Transaction, paymentId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM receipt_mails WHERE payment_id = $1',
      [paymentId],
    );
    return row?.count ?? 0;
  }

  /** Undefined, once its address was erased. */
  async find(tx: Transaction, mailId: string): Promise<ReceiptMail | undefined> {
    const [mail] = await tx.query<ReceiptMail>(
      `SELECT mail_id AS "mailId", operator_id AS "operatorId", payment_id AS "paymentId", address, language
       FROM receipt_mails WHERE mail_id = $1 AND address IS NOT NULL`,
      [mailId],
    );
    return mail;
  }

  /** The mail server has it, or will never take it. */
  async settle(tx: Transaction, mailId: string, { at, isErased }: { at: Date; isErased: boolean }): Promise<void> {
    await tx.query(
      'UPDATE receipt_mails SET settled_at = $2, address = CASE WHEN $3 THEN NULL ELSE address END WHERE mail_id = $1',
      [mailId, at, isErased],
    );
  }

  async eraseSettled(tx: Transaction, before: Date): Promise<void> {
    await tx.query('UPDATE receipt_mails SET address = NULL WHERE address IS NOT NULL AND settled_at < $1', [before]);
  }
}
