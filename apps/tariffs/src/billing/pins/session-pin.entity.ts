import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Pin } from '../../price-list/pricing/pin.js';

/** The pin of a session: without a tariff when none applied at its start. */
@Entity({ name: 'pins' })
export class SessionPin implements Pin {
  @PrimaryColumn({ name: 'session_id', type: 'uuid' }) sessionId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'assignment_id', type: 'uuid', nullable: true }) assignmentId!: string | null;
  @Column({ name: 'tariff_id', type: 'uuid', nullable: true }) tariffId!: string | null;
  @Column({ name: 'tariff_version', type: 'integer', nullable: true }) tariffVersion!: number | null;
  /** Of components without a VAT of their own; null where none is known for the country. */
  @Column({ name: 'vat_percent', type: 'text', nullable: true }) vatPercent!: string | null;
  /** Null where the seller owes the VAT, and where that was not asked yet. */
  @Column({ name: 'vat_treatment', type: 'text', nullable: true }) vatTreatment!: Pin['vatTreatment'];
  /** Where and for whom the price was asked for; null where that was not kept yet. */
  @Column({ name: 'asked_for', type: 'text', nullable: true }) askedFor!: string | null;
  /** By which start it was asked for; null where that was not kept yet. */
  @Column({ name: 'started_at', type: 'timestamptz', nullable: true }) startedAt!: Date | null;
  /** The newest final version of the session that its CDRs have taken in. */
  @Column({ name: 'final_version', type: 'integer', nullable: true }) finalVersion!: number | null;
}
