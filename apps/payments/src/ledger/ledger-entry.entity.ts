import type { CdrKind } from '@chargemesh/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How an amount is to be paid: by a contract with the operator itself, by another party's roaming invoice, ad hoc, or
 * by nobody known.
 */
export type TokenKind = 'contract' | 'roaming' | 'adhoc' | 'none';

/** The amount due for one CDR; of a credit it is negative, so that the entries of a session add up to what it costs. */
@Entity('ledger_entries')
export class LedgerEntry {
  @PrimaryColumn({ name: 'ledger_entry_id', type: 'uuid' })
  ledgerEntryId!: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @Column({ name: 'cdr_id', type: 'uuid' })
  cdrId!: string;

  @Column({ name: 'cdr_number', type: 'text' })
  cdrNumber!: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId!: string;

  @Column({ name: 'station_id', type: 'text' })
  stationId!: string;

  @Column({ name: 'token_kind', type: 'text' })
  tokenKind!: TokenKind;

  @Column({ type: 'text' })
  kind!: CdrKind;

  /** Of a credit: the CDR that it takes back. */
  @Column({ name: 'credit_reference_id', type: 'uuid', nullable: true })
  creditReferenceId!: string | null;

  /** Of a replacement: the credited CDR in whose place it is. */
  @Column({ name: 'replaces_cdr_id', type: 'uuid', nullable: true })
  replacesCdrId!: string | null;

  @Column({ type: 'text' })
  currency!: string;

  /** Due with taxes, as a decimal string. */
  @Column({ type: 'numeric' })
  amount!: string;

  @Column({ name: 'issued_at', type: 'timestamptz' })
  issuedAt!: Date;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
