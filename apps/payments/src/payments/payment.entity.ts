import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Agreed } from './checkout.port.js';
import type { HoldState, PaymentFacts, StopReason } from './payment.events.js';
import type { PaymentReason, PaymentState, SessionEnding } from './payment.states.js';

/** An ad hoc payment. Amounts are decimal strings with the decimals of its currency. */
@Entity('payments')
export class Payment implements PaymentFacts {
  /** A UUIDv7; also its key at the provider. */
  @PrimaryColumn({ name: 'payment_id', type: 'uuid' }) paymentId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  /** Opens the driver's page. */
  @Column({ type: 'text' }) reference!: string;
  /** Of the browser that pays. */
  @Column({ type: 'text' }) attempt!: string;
  @Column({ name: 'station_id', type: 'text' }) stationId!: string;
  @Column({ name: 'evse_id', type: 'integer' }) evseId!: number;
  @Column({ name: 'token_uid', type: 'text' }) tokenUid!: string;
  @Column({ type: 'text' }) language!: string;
  /** As it was shown and agreed to. */
  @Column({ type: 'jsonb' }) offer!: Agreed;
  @Column({ type: 'text' }) state!: PaymentState;
  @Column({ type: 'text', nullable: true }) reason!: PaymentReason | null;
  @Column({ type: 'text' }) currency!: string;
  @Column({ type: 'numeric' }) hold!: string;
  @Column({ name: 'limit_amount', type: 'numeric' }) limit!: string;
  @Column({ name: 'max_power_w', type: 'double precision', nullable: true }) maxPowerW!: number | null;

  @Column({ type: 'text' }) provider!: string;
  /** The operator's account there; null of the sandbox, which has none. */
  @Column({ name: 'provider_account_id', type: 'uuid', nullable: true }) providerAccountId!: string | null;
  @Column({ name: 'checkout_ref', type: 'text', nullable: true }) checkoutRef!: string | null;
  @Column({ name: 'checkout_url', type: 'text', nullable: true }) checkoutUrl!: string | null;
  @Column({ name: 'checkout_expires_at', type: 'timestamptz' }) checkoutExpiresAt!: Date;
  /** Never more of the card than its last four digits, as the provider told them. */
  @Column({ name: 'card_last4', type: 'text', nullable: true }) cardLast4!: string | null;
  @Column({ name: 'hold_state', type: 'text' }) holdState!: HoldState;
  @Column({ name: 'authorized_amount', type: 'numeric', nullable: true }) authorizedAmount!: string | null;
  @Column({ name: 'capture_before', type: 'timestamptz', nullable: true }) captureBefore!: Date | null;
  @Column({ name: 'capture_amount', type: 'numeric', nullable: true }) captureAmount!: string | null;
  @Column({ name: 'captured_amount', type: 'numeric' }) capturedAmount!: string;
  @Column({ name: 'captured_at', type: 'timestamptz', nullable: true }) capturedAt!: Date | null;
  @Column({ name: 'refund_wanted', type: 'numeric' }) refundWanted!: string;
  @Column({ type: 'numeric' }) goodwill!: string;
  @Column({ name: 'written_off_at', type: 'timestamptz', nullable: true }) writtenOffAt!: Date | null;
  @Column({ name: 'refunded_amount', type: 'numeric' }) refundedAmount!: string;
  @Column({ name: 'provider_attempt', type: 'integer' }) providerAttempt!: number;

  /** Of the start that was asked for last; the payment's own of the first. */
  @Column({ name: 'start_request_id', type: 'uuid' }) startRequestId!: string;
  @Column({ name: 'retry_until', type: 'timestamptz', nullable: true }) retryUntil!: Date | null;
  @Column({ name: 'plug_until', type: 'timestamptz', nullable: true }) plugUntil!: Date | null;
  @Column({ name: 'session_id', type: 'uuid', nullable: true }) sessionId!: string | null;
  @Column({ name: 'started_at', type: 'timestamptz', nullable: true }) startedAt!: Date | null;
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true }) endedAt!: Date | null;
  @Column({ type: 'text', nullable: true }) ending!: SessionEnding | null;
  @Column({ name: 'energy_wh', type: 'double precision', nullable: true }) energyWh!: number | null;
  @Column({ name: 'energy_at', type: 'timestamptz', nullable: true }) energyAt!: Date | null;
  @Column({ name: 'power_w', type: 'double precision', nullable: true }) powerW!: number | null;
  @Column({ type: 'numeric', nullable: true }) cost!: string | null;
  @Column({ name: 'cost_at', type: 'timestamptz', nullable: true }) costAt!: Date | null;
  @Column({ name: 'limit_at', type: 'timestamptz', nullable: true }) limitAt!: Date | null;
  @Column({ type: 'numeric', nullable: true }) due!: string | null;
  @Column({ name: 'due_currency', type: 'text', nullable: true }) dueCurrency!: string | null;
  @Column({ name: 'cdr_id', type: 'uuid', nullable: true }) cdrId!: string | null;
  @Column({ name: 'stop_wanted', type: 'text', nullable: true }) stopWanted!: StopReason | null;
  @Column({ name: 'stop_asked_at', type: 'timestamptz', nullable: true }) stopAskedAt!: Date | null;
  @Column({ name: 'stop_failed', type: 'boolean' }) stopFailed!: boolean;
  @Column({ name: 'stops_asked', type: 'integer' }) stopsAsked!: number;
  @Column({ name: 'stop_again_at', type: 'timestamptz', nullable: true }) stopAgainAt!: Date | null;

  /** When time alone changes something. */
  @Column({ name: 'deadline_at', type: 'timestamptz', nullable: true }) deadlineAt!: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'changed_at', type: 'timestamptz' }) changedAt!: Date;
}

/** Something that happened to a payment, as it is shown to the operator. */
@Entity('payment_timeline')
export class TimelineEntry {
  @PrimaryColumn({ name: 'entry_id', type: 'uuid' }) entryId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'payment_id', type: 'uuid' }) paymentId!: string;
  @Column({ type: 'timestamptz' }) at!: Date;
  @Column({ type: 'text' }) event!: string;
  /** After it. */
  @Column({ type: 'text' }) state!: PaymentState;
  @Column({ type: 'jsonb' }) details!: Readonly<Record<string, unknown>>;
}
