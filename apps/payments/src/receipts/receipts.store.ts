import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import type { Issuer, ReceiptDocument, ReceiptKind } from './receipt.document.js';

const PREFIX: Readonly<Record<ReceiptKind, string>> = { receipt: 'R', 'credit-note': 'C' };

@Injectable()
export class ReceiptsStore {
  constructor(private readonly database: Database) {}

  /** The receipt of a payment and its credit notes, as they were issued. */
  async ofPayment(operatorId: string, paymentId: string): Promise<ReceiptDocument[]> {
    return this.database.transaction([operatorId], (tx) => this.issuedFor(tx, operatorId, paymentId));
  }

  /** The receipt first: its credit note may be of the same moment. */
  async issuedFor(tx: Transaction, operatorId: string, paymentId: string): Promise<ReceiptDocument[]> {
    const rows = await tx.query<{ document: ReceiptDocument }>(
      'SELECT document FROM receipts WHERE operator_id = $1 AND payment_id = $2 ORDER BY kind DESC, receipt_id',
      [operatorId, paymentId],
    );
    return rows.map(({ document }) => document);
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
    await tx.query(
      `INSERT INTO receipts (receipt_id, operator_id, payment_id, kind, number, issued_at, document)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [receiptId, operatorId, paymentId, document.kind, document.number, document.issuedAt, document],
    );
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
