import { Injectable } from '@nestjs/common';
import type { Company, SettlementStatus } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';

/** What somebody told of money at a terminal. */
export interface TerminalSettlement {
  readonly settlementId: string;
  readonly operatorId: string;
  /** The authorization reference, in capitals (`referenceKey`). */
  readonly reference: string;
  readonly status: SettlementStatus;
  readonly amount: string;
  readonly settledAt: Date;
  readonly statusInfo: string | null;
  readonly stationId: string | null;
  readonly transactionId: string | null;
  readonly receiptId: string | null;
  readonly receiptUrl: string | null;
  readonly vatNumber: string | null;
  readonly vatCompany: Company | null;
  /** The station, or who called. */
  readonly toldBy: string;
  readonly toldAt: Date;
}

const COLUMNS = {
  ...{ settlementId: 'uuid', operatorId: 'uuid', reference: 'text', status: 'text', amount: 'numeric' },
  ...{ settledAt: 'timestamptz', statusInfo: 'text', stationId: 'text', transactionId: 'text', receiptId: 'text' },
  ...{ receiptUrl: 'text', vatNumber: 'text', vatCompany: 'jsonb', toldBy: 'text', toldAt: 'timestamptz' },
};

/** As references are compared: OCPP's tokens have no case, and the reference is one. */
export function referenceKey(reference: string): string {
  return reference.toUpperCase();
}

/** Of one settlement, what counts. */
export type Word = Pick<TerminalSettlement, 'status' | 'amount'>;
type ByReference = Pick<TerminalSettlement, 'operatorId' | 'reference'>;

@Injectable()
export class SettlementsStore {
  /** What was told before, by whomever, changes nothing. */
  async keep(tx: Transaction, settlements: readonly TerminalSettlement[]): Promise<void> {
    const { columns, from, parameters } = unnest(settlements, COLUMNS);
    await tx.query(
      `INSERT INTO terminal_settlements (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (operator_id, reference, status, amount) DO NOTHING`,
      parameters,
    );
    // What comes after a word that is final, and says otherwise.
    await tx.query(
      `UPDATE terminal_settlements s SET differs = true WHERE reference = ANY ($1) AND NOT differs AND EXISTS (
         SELECT FROM terminal_settlements f WHERE f.operator_id = s.operator_id AND f.reference = s.reference
           AND f.status IN ('Settled', 'Canceled') AND f.place < s.place)`,
      [settlements.map(({ reference }) => reference)],
    );
  }

  /** The words on a reference, in the order in which they were told. */
  wordsOf(tx: Transaction, { operatorId, reference }: ByReference): Promise<Word[]> {
    return tx.query<Word>(
      `SELECT status, amount::text FROM terminal_settlements WHERE operator_id = $1 AND reference = $2
       ORDER BY place`,
      [operatorId, reference],
    );
  }

  /** Whose VAT number was told of a payment first. */
  async companyOf(
    tx: Transaction,
    { operatorId, paymentId }: { readonly operatorId: string; readonly paymentId: string },
  ): Promise<Pick<TerminalSettlement, 'vatNumber' | 'vatCompany'> | undefined> {
    const [told] = await tx.query<Pick<TerminalSettlement, 'vatNumber' | 'vatCompany'>>(
      `SELECT vat_number AS "vatNumber", vat_company AS "vatCompany" FROM terminal_settlements
       WHERE operator_id = $1 AND payment_id = $2 AND vat_number IS NOT NULL ORDER BY place LIMIT 1`,
      [operatorId, paymentId],
    );
    return told;
  }

  /** Says whose payment it is; true, if something was told of it. */
  async pair(tx: Transaction, { operatorId, reference }: ByReference, paymentId: string): Promise<boolean> {
    const paired = await tx.query(
      `UPDATE terminal_settlements SET payment_id = $3 WHERE operator_id = $1 AND reference = $2 RETURNING settlement_id`,
      [operatorId, reference, paymentId],
    );
    return paired.length > 0;
  }
}
