import type { CommandStatus } from '@chargemesh/commands';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A remote start or stop, and what became of it. */
@Entity({ name: 'remote_requests' })
export class RemoteRequest {
  @PrimaryColumn({ name: 'request_id', type: 'uuid' }) commandId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'kind', type: 'text' }) kind!: 'start' | 'stop';
  @Column({ name: 'station_id', type: 'text' }) stationId!: string;
  @Column({ name: 'evse_id', type: 'integer', nullable: true }) evseId!: number | null;
  @Column({ name: 'token_uid', type: 'text', nullable: true }) tokenUid!: string | null;
  /** By which a station of OCPP 2.x names a start, and the transaction that it named it for. */
  @Column({ name: 'remote_start_id', type: 'integer', nullable: true }) remoteStartId!: number | null;
  @Column({ name: 'transaction_id', type: 'text', nullable: true }) transactionId!: string | null;
  @Column({ name: 'session_id', type: 'uuid', nullable: true }) sessionId!: string | null;
  /** The start request that it carries out or ends, and the stop that was asked for; null where a caller of the API asked. */
  @Column({ name: 'start_request_id', type: 'uuid', nullable: true }) startRequestId!: string | null;
  @Column({ name: 'stop_id', type: 'uuid', nullable: true }) stopId!: string | null;
  @Column({ name: 'status', type: 'text' }) status!: CommandStatus;
  @Column({ name: 'requested_at', type: 'timestamptz' }) requestedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true }) finishedAt!: Date | null;
  @Column({ name: 'detail', type: 'text', nullable: true }) detail!: string | null;
}
