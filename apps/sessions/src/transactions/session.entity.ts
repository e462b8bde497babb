import type {
  AgreedPrice,
  ChargingState,
  SessionConnector,
  SessionLocation,
  SessionToken,
  SignedVerdict,
} from '@chargemesh/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Roles } from '../finalization/series.js';
import type { Series } from '../meter/register.js';
import type { Walks } from './walks.js';
import type { Offsets } from './offsets.js';
import type { Decided, Hold, Session, SessionStatus } from './session.js';

const wattHours = { to: (value: number) => value, from: Number };
const instant = { type: 'timestamptz', nullable: true } as const;
const register = { type: 'double precision', nullable: true } as const;

@Entity({ name: 'sessions' })
export class SessionRow implements Omit<Session, 'placed'> {
  @PrimaryColumn({ name: 'session_id', type: 'uuid' }) sessionId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'station_id', type: 'text' }) stationId!: string;
  @Column({ name: 'transaction_id', type: 'text' }) transactionId!: string;
  @Column({ name: 'version', type: 'integer' }) version!: number;
  @Column({ name: 'status', type: 'text' }) status!: SessionStatus;
  @Column({ name: 'evse_id', type: 'integer', nullable: true }) evseId!: number | null;
  @Column({ name: 'connector_id', type: 'integer', nullable: true }) connectorId!: number | null;
  @Column({ name: 'evse_at', ...instant }) evseAt!: Date | null;
  @Column({ name: 'start_claimed_at', ...instant }) startClaimedAt!: Date | null;
  @Column({ name: 'start_received_at', ...instant }) startReceivedAt!: Date | null;
  @Column({ name: 'started_at', ...instant }) startedAt!: Date | null;
  @Column({ name: 'token', type: 'jsonb', nullable: true }) token!: SessionToken | null;
  @Column({ name: 'token_at', ...instant }) tokenAt!: Date | null;
  @Column({ name: 'authorized_at', ...instant }) authorizedAt!: Date | null;
  @Column({ name: 'refused_at', ...instant }) refusedAt!: Date | null;
  @Column({ name: 'refused', type: 'jsonb' }) refused!: Readonly<Record<string, number>>;
  @Column({ name: 'agreed_price', type: 'jsonb', nullable: true }) agreedPrice!: AgreedPrice | null;
  @Column({ name: 'location', type: 'jsonb', nullable: true }) location!: SessionLocation | null;
  @Column({ name: 'connector', type: 'jsonb', nullable: true }) connector!: SessionConnector | null;
  @Column({ name: 'end_claimed_at', ...instant }) endClaimedAt!: Date | null;
  @Column({ name: 'end_received_at', ...instant }) endReceivedAt!: Date | null;
  @Column({ name: 'last_start_at', ...instant }) lastStartAt!: Date | null;
  @Column({ name: 'first_end_at', ...instant }) firstEndAt!: Date | null;
  @Column({ name: 'stop_reason', type: 'text', nullable: true }) stopReason!: string | null;
  @Column({ name: 'ended_by', type: 'jsonb' }) endedBy!: readonly string[];
  @Column({ name: 'ended_at', ...instant }) endedAt!: Date | null;
  @Column({ name: 'inferred_end_at', ...instant }) inferredEndAt!: Date | null;
  @Column({ name: 'freed_at', ...instant }) freedAt!: Date | null;
  @Column({ name: 'free_by', ...instant }) freeBy!: Date | null;
  @Column({ name: 'unserved_at', ...instant }) unservedAt!: Date | null;
  @Column({ name: 'start_seq_no', type: 'integer', nullable: true }) startSeqNo!: number | null;
  @Column({ name: 'end_seq_no', type: 'integer', nullable: true }) endSeqNo!: number | null;
  @Column({ name: 'seq_ranges', type: 'jsonb' }) seqRanges!: number[];
  @Column({ name: 'first_fact_at', type: 'timestamptz' }) firstFactAt!: Date;
  @Column({ name: 'last_fact_at', type: 'timestamptz' }) lastFactAt!: Date;
  @Column({ name: 'last_heard_at', type: 'timestamptz' }) lastHeardAt!: Date;
  @Column({ name: 'last_received_at', type: 'timestamptz' }) lastReceivedAt!: Date;
  @Column({ name: 'offsets', type: 'jsonb' }) offsets!: Offsets;
  @Column({ name: 'max_power_w', ...register }) maxPowerW!: number | null;
  @Column({ name: 'free_at', ...instant }) freeAt!: Date | null;
  @Column({ name: 'roles', type: 'jsonb' }) roles!: Roles;
  @Column({ name: 'series', type: 'text' }) series!: Series;
  @Column({ name: 'begin_wh', ...register }) beginWh!: number | null;
  @Column({ name: 'end_wh', ...register }) endWh!: number | null;
  @Column({ name: 'walks', type: 'jsonb' }) walks!: Walks;
  @Column({ name: 'state_at', ...instant }) stateAt!: Date | null;
  @Column({ name: 'charging_state', type: 'text', nullable: true }) chargingState!: ChargingState | null;
  @Column({ name: 'has_charged', type: 'boolean' }) hasCharged!: boolean;
  @Column({ name: 'charged_at', ...instant }) chargedAt!: Date | null;
  @Column({ name: 'risen_at', ...instant }) risenAt!: Date | null;
  @Column({ name: 'idle_since', ...instant }) idleSince!: Date | null;
  @Column({ name: 'energy_wh', type: 'bigint', transformer: wattHours }) energyWh!: number;
  @Column({ name: 'final_due_at', ...instant }) finalDueAt!: Date | null;
  @Column({ name: 'finalized_at', ...instant }) finalizedAt!: Date | null;
  @Column({ name: 'corrected_at', ...instant }) correctedAt!: Date | null;
  @Column({ name: 'final_digest', type: 'text', nullable: true }) finalDigest!: string | null;
  @Column({ name: 'signed_verdict', type: 'jsonb', nullable: true }) signedVerdict!: SignedVerdict | null;
  @Column({ name: 'hold', type: 'jsonb', nullable: true }) hold!: Hold | null;
  @Column({ name: 'decision', type: 'jsonb', nullable: true }) decision!: Decided | null;
  @Column({ name: 'flags', type: 'jsonb' }) flags!: string[];
  @Column({ name: 'late_facts', type: 'integer' }) lateFacts!: number;
  @Column({ name: 'late_since', ...instant }) lateSince!: Date | null;
  @Column({ name: 'traceparent', type: 'text', nullable: true }) traceparent!: string | null;
}
