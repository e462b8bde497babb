import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { LedgerEntry } from './ledger-entry.entity.js';
import type { Party } from './ledger.decide.js';

const COLUMNS = {
  ledgerEntryId: 'uuid',
  operatorId: 'uuid',
  cdrId: 'uuid',
  cdrNumber: 'text',
  sessionId: 'uuid',
  stationId: 'text',
  tokenKind: 'text',
  kind: 'text',
  creditReferenceId: 'uuid',
  replacesCdrId: 'uuid',
  currency: 'text',
  amount: 'numeric',
  issuedAt: 'timestamptz',
  recordedAt: 'timestamptz',
};

@Injectable()
export class LedgerStore {
  /** Of those operators that are known here, on the transaction's own connection. */
  async parties(tx: Transaction, operatorIds: readonly string[]): Promise<Map<string, Party>> {
    const rows = await tx.prepared<Party & { id: string }>(
      `SELECT operator_id AS id, country_code AS "countryCode", party_id AS "partyId"
       FROM known_operators WHERE operator_id = ANY ($1)`,
      [operatorIds],
    );
    return new Map(rows.map(({ id, ...party }) => [id, party]));
  }

  /** Writes entries of CDRs that have none yet. */
  async add(tx: Transaction, entries: readonly LedgerEntry[]): Promise<void> {
    const { columns, from, parameters } = unnest(entries, COLUMNS);
    await tx.prepared(
      `INSERT INTO ledger_entries (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT (cdr_id) DO NOTHING`,
      parameters,
    );
  }
}
