import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { registrationRuleOf } from '../clearance/country-rules.js';
import { type Registered, isGivenOut, isLate } from '../fiscal/registrations.decide.js';
import { keepUntil } from './keeping-times.js';
import type { Buyer, Fiscal, Issuer, ReceiptDocument, ReceiptKind } from './receipt.document.js';

const PREFIX: Readonly<Record<ReceiptKind, string>> = { receipt: 'R', 'credit-note': 'C' };

/** Of `fiscal_registrations`, as JSON. */
type RegisteredRow = Omit<Registered, 'lateAt' | 'settledAt'> & {
  readonly lateAt: string;
  readonly settledAt: string | null;
};
const REGISTERED = `json_build_object('state', f.state, 'country', f.country, 'held', f.held, 'lateAt', f.late_at,
  'registration', f.registration, 'settledAt', f.settled_at, 'refusal', f.refusal)`;

export interface ReceiptRow {
  readonly receiptId: string;
  readonly paymentId: string;
  readonly document: ReceiptDocument;
  readonly buyer: Buyer | null;
  /** Where its country wants it registered. */
  readonly fiscal: (RegisteredRow & { readonly refusal: string | null }) | null;
  /** Of a receipt: the numbers of its credit notes. */
  readonly correctedBy: readonly string[];
}

/** Of `receipts AS t`. */
export const RECEIPT_COLUMNS = `t.receipt_id AS "receiptId", t.payment_id AS "paymentId", t.document,
  (SELECT buyer FROM invoice_buyers AS asked WHERE asked.payment_id = t.payment_id) AS buyer,
  (SELECT ${REGISTERED} FROM fiscal_registrations f WHERE f.receipt_id = t.receipt_id) AS fiscal,
  CASE t.kind WHEN 'receipt' THEN ARRAY(
    SELECT note.number FROM receipts AS note
    WHERE note.payment_id = t.payment_id AND note.kind = 'credit-note' ORDER BY note.receipt_id) ELSE '{}' END AS "correctedBy"`;

@Injectable()
export class ReceiptsStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The receipt of a payment and its credit notes, as they were issued. */
  async ofPayment(operatorId: string, paymentId: string): Promise<ReceiptDocument[]> {
    return this.database.transaction([operatorId], (tx) => this.issuedFor(tx, operatorId, paymentId));
  }

  /** The same, without what drivers get when it is registered with the tax authorities. */
  async givenOut(operatorId: string, paymentId: string): Promise<ReceiptDocument[]> {
    return (await this.forDriver(operatorId, paymentId)).documents;
  }

  /** What is given out, and whether that is nothing yet of what was issued. */
  async forDriver(operatorId: string, paymentId: string): Promise<{ documents: ReceiptDocument[]; isHeld: boolean }> {
    const rows = await this.database.transaction([operatorId], (tx) => this.rowsOf(tx, operatorId, paymentId));
    const now = this.clock.now();
    const given = rows.filter(({ fiscal }) => fiscal === null || isGivenOut(registeredOf(fiscal), now));
    return { documents: given.map((row) => completed(row, now)), isHeld: rows.length > 0 && given.length === 0 };
  }

  /** The receipt first: its credit note may be of the same moment. With who asked for an invoice, if somebody did. */
  async issuedFor(tx: Transaction, operatorId: string, paymentId: string): Promise<ReceiptDocument[]> {
    const rows = await this.rowsOf(tx, operatorId, paymentId);
    return rows.map((row) => completed(row, this.clock.now()));
  }

  private rowsOf(tx: Transaction, operatorId: string, paymentId: string): Promise<IssuedRow[]> {
    return tx.query<IssuedRow>(
      `SELECT document, buyer, CASE WHEN f.receipt_id IS NOT NULL THEN ${REGISTERED} END AS fiscal
       FROM receipts LEFT JOIN invoice_buyers USING (payment_id) LEFT JOIN fiscal_registrations f USING (receipt_id)
       WHERE receipts.operator_id = $1 AND receipts.payment_id = $2 ORDER BY kind DESC, receipt_id`,
      [operatorId, paymentId],
    );
  }

  /** Of one receipt or credit note. */
  async find(tx: Transaction, operatorId: string, receiptId: string): Promise<ReceiptRow | undefined> {
    const [row] = await tx.query<ReceiptRow>(
      `SELECT ${RECEIPT_COLUMNS} FROM receipts AS t WHERE operator_id = $1 AND receipt_id = $2`,
      [operatorId, receiptId],
    );
    return row;
  }

  /** Whoever asks first: an invoice is in one name. */
  async addBuyer(
    tx: Transaction,
    { operatorId, paymentId, buyer, askedAt }: { operatorId: string; paymentId: string; buyer: Buyer; askedAt: Date },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO invoice_buyers (payment_id, operator_id, buyer, asked_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (payment_id) DO NOTHING`,
      [paymentId, operatorId, buyer, askedAt],
    );
  }

  /** The operator's next number: without gaps, since others wait until the transaction that has this one ends. */
  async nextNumber(tx: Transaction, operatorId: string, kind: ReceiptKind): Promise<string> {
    const [row] = await tx.query<{ last: string }>(
      `INSERT INTO receipt_numbers AS numbers (operator_id, kind, last) VALUES ($1, $2, 1)
       ON CONFLICT (operator_id, kind) DO UPDATE SET last = numbers.last + 1 RETURNING last`,
      [operatorId, kind],
    );
    return `${PREFIX[kind]}-${(row?.last ?? '').padStart(9, '0')}`;
  }

  async add(
    tx: Transaction,
    row: { receiptId: string; operatorId: string; paymentId: string; document: ReceiptDocument },
  ): Promise<void> {
    const { receiptId, operatorId, paymentId, document } = row;
    const { kind, number, issuedAt, supply, timeZone } = document;
    const kept = keepUntil(new Date(issuedAt), { country: supply.country, timeZone });
    await tx.query(
      `INSERT INTO receipts (receipt_id, operator_id, payment_id, kind, number, issued_at, document, keep_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [receiptId, operatorId, paymentId, kind, number, issuedAt, document, kept],
    );
  }

  /** Gives of how many payments all was forgotten. One document that has to be there keeps the others. */
  async forget(tx: Transaction, now: Date, limit: number): Promise<number> {
    const rows = await tx.query<{ paymentId: string }>(
      `SELECT DISTINCT payment_id AS "paymentId" FROM receipts AS old WHERE keep_until < $1 AND NOT EXISTS (
         SELECT 1 FROM receipts AS other
         WHERE other.payment_id = old.payment_id AND (other.keep_until IS NULL OR other.keep_until >= $1)) LIMIT $2`,
      [now, limit],
    );
    const paymentIds = rows.map(({ paymentId }) => paymentId);
    await tx.query('DELETE FROM invoice_buyers WHERE payment_id = ANY ($1)', [paymentIds]);
    await tx.query('DELETE FROM fiscal_registrations WHERE payment_id = ANY ($1)', [paymentIds]);
    await tx.query('DELETE FROM receipts WHERE payment_id = ANY ($1)', [paymentIds]);
    return rows.length;
  }

  async issuer(tx: Transaction, operatorId: string): Promise<Issuer | undefined> {
    const [row] = await tx.query<{ issuer: Issuer }>('SELECT issuer FROM receipt_issuers WHERE operator_id = $1', [
      operatorId,
    ]);
    return row?.issuer;
  }

  async putIssuer(tx: Transaction, operatorId: string, issuer: Issuer): Promise<void> {
    await tx.query(
      `INSERT INTO receipt_issuers (operator_id, issuer) VALUES ($1, $2)
       ON CONFLICT (operator_id) DO UPDATE SET issuer = EXCLUDED.issuer`,
      [operatorId, issuer],
    );
  }
}

type IssuedRow = Pick<ReceiptRow, 'document' | 'buyer'> & { readonly fiscal: RegisteredRow | null };

/** With what was added to a document after it was issued. */
function completed({ document, buyer, fiscal }: IssuedRow, now: Date): ReceiptDocument {
  return {
    ...document,
    ...(buyer === null ? {} : { buyer }),
    ...(fiscal === null ? {} : { fiscal: fiscalOf(registeredOf(fiscal), now) }),
  };
}

function fiscalOf(registered: Registered, now: Date): Fiscal {
  const { country, registration } = registered;
  const late = isLate(registered, now);
  const outageText = late ? registrationRuleOf(country)?.outageText : undefined;
  return { isLate: late, ...(registration ? { registration } : {}), ...(outageText ? { outageText } : {}) };
}

function registeredOf({ lateAt, settledAt, ...row }: RegisteredRow): Registered {
  return { ...row, lateAt: new Date(lateAt), settledAt: settledAt === null ? null : new Date(settledAt) };
}
