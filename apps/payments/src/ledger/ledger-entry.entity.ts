import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How an amount is to be paid: by a contract with the operator itself, by another party's roaming invoice, ad hoc, or
 * by nobody known.
 */
export type TokenKind = 'contract' | 'roaming' | 'adhoc' | 'none';

/** The amount due for one CDR. */
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
  currency!: string;

  /** Due with taxes, as a decimal string. */
  @Column({ type: 'numeric' })
  amount!: string;

  @Column({ name: 'issued_at', type: 'timestamptz' })
  issuedAt!: Date;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
