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
  }
}
