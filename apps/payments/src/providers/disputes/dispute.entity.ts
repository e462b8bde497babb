import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A driver's bank wants money of a payment back, or a capture or refund of it failed afterwards. */
@Entity('payment_disputes')
export class Dispute {
  @PrimaryColumn({ name: 'dispute_id', type: 'uuid' }) disputeId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'payment_id', type: 'uuid' }) paymentId!: string;
  @Column({ type: 'text' }) reference!: string;
  @Column({ type: 'numeric' }) amount!: string;
  @Column({ type: 'text' }) currency!: string;
  @Column({ type: 'text' }) reason!: string;
  @Column({ type: 'text' }) status!: string;
  @Column({ name: 'opened_at', type: 'timestamptz' }) openedAt!: Date;
  @Column({ name: 'evidence_due_by', type: 'timestamptz', nullable: true }) evidenceDueBy!: Date | null;
}
