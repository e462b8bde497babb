import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import type { LanguageCode } from '../checkout/languages/languages.js';

/** A receipt that a driver asked for, or a link that the helpdesk sends. */
export type MailKind = 'receipt' | 'link';

/** `refused`: the mail server will never take it, mostly since there is no such mailbox. */
export type MailState = 'waiting' | 'sent' | 'refused';

export interface MailOfPayment {
  readonly mailId: string;
  readonly paymentId: string;
  readonly kind: MailKind;
  readonly state: MailState;
}

/** Of the few payments that a caller is shown. */
const MAILS_AT_ONCE = 200;

export interface QueuedMail {
  readonly mailId: string;
  readonly kind: MailKind;
  readonly operatorId: string;
  readonly paymentId: string;
  readonly address: string;
  readonly language: LanguageCode;
}

@Injectable()
export class MailsStore {
  async add(tx: Transaction, { mailId, kind, operatorId, paymentId, address, language }: QueuedMail): Promise<void> {
    await tx.query(
      `INSERT INTO receipt_mails (mail_id, kind, operator_id, payment_id, address, language)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [mailId, kind, operatorId, paymentId, address, language],
    );
  }

  async receiptsOf(tx: Transaction, paymentId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM receipt_mails WHERE payment_id = $1 AND kind = 'receipt'`,
      [paymentId],
    );
    return row?.count ?? 0;
  }

  /** Mails with links since an id: of the operator, and of one of its payments. */
  async linksSince(
    tx: Transaction,
    { operatorId, paymentId }: Pick<QueuedMail, 'operatorId' | 'paymentId'>,
    since: string,
  ): Promise<{ ofOperator: number; ofPayment: number }> {
    const [row] = await tx.query<{ ofOperator: number; ofPayment: number }>(
      `SELECT count(*)::int AS "ofOperator", count(*) FILTER (WHERE payment_id = $2)::int AS "ofPayment"
       FROM receipt_mails WHERE operator_id = $1 AND kind = 'link' AND mail_id >= $3`,
      [operatorId, paymentId, since],
    );
    return row ?? { ofOperator: 0, ofPayment: 0 };
  }

  /** Undefined, once the mail server has it, or will never take it. */
  async find(tx: Transaction, mailId: string): Promise<QueuedMail | undefined> {
    const [mail] = await tx.query<QueuedMail>(
      `SELECT mail_id AS "mailId", kind, operator_id AS "operatorId", payment_id AS "paymentId", address, language
       FROM receipt_mails WHERE mail_id = $1 AND address IS NOT NULL AND settled_at IS NULL`,
      [mailId],
    );
    return mail;
  }

  /** The mail server has it, or will never take it. */
  async settle(
    tx: Transaction,
    mailId: string,
    { at, isErased, isRefused }: { at: Date; isErased: boolean; isRefused: boolean },
  ): Promise<void> {
    await tx.query(
      `UPDATE receipt_mails SET settled_at = $2, address = CASE WHEN $3 THEN NULL ELSE address END, refused = $4
       WHERE mail_id = $1`,
      [mailId, at, isErased, isRefused],
    );
  }

  /** What became of the mails of these payments, the newest first. */
  ofPayments(tx: Transaction, operatorId: string, paymentIds: readonly string[]): Promise<MailOfPayment[]> {
    return tx.query<MailOfPayment>(
      `SELECT mail_id AS "mailId", payment_id AS "paymentId", kind,
         CASE WHEN refused THEN 'refused' WHEN settled_at IS NULL THEN 'waiting' ELSE 'sent' END AS state
       FROM receipt_mails WHERE operator_id = $1 AND payment_id = ANY ($2) ORDER BY mail_id DESC LIMIT ${MAILS_AT_ONCE}`,
      [operatorId, paymentIds],
    );
  }

  async eraseSettled(tx: Transaction, before: Date): Promise<void> {
    await tx.query('UPDATE receipt_mails SET address = NULL WHERE address IS NOT NULL AND settled_at < $1', [before]);
  }
}
