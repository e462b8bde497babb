import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FindingKind } from './finding.kinds.js';

/** Something in which a payment, its provider and its CDR do not agree. */
@Entity('reconciliation_findings')
export class Finding {
  @PrimaryColumn({ name: 'finding_id', type: 'uuid' }) findingId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ type: 'text' }) kind!: FindingKind;
  /** The payment, the CDR that has none, or what stands for an EVSE. */
  @Column({ type: 'uuid' }) subject!: string;
  @Column({ name: 'payment_id', type: 'uuid', nullable: true }) paymentId!: string | null;
  @Column({ name: 'session_id', type: 'uuid', nullable: true }) sessionId!: string | null;
  @Column({ type: 'jsonb' }) details!: Readonly<Record<string, unknown>>;
  @Column({ name: 'found_at', type: 'timestamptz' }) foundAt!: Date;
  /** The last time, and how many times. */
  @Column({ name: 'seen_at', type: 'timestamptz' }) seenAt!: Date;
  @Column({ type: 'integer' }) times!: number;
  @Column({ name: 'resolved_at', type: 'timestamptz', nullable: true }) resolvedAt!: Date | null;
  /** Null of what was so no longer. */
  @Column({ name: 'resolved_by', type: 'text', nullable: true }) resolvedBy!: string | null;
  @Column({ type: 'text', nullable: true }) note!: string | null;
}
