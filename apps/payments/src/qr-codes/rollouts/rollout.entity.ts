import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CommandStatus } from '@chargemesh/commands';

/** A secret that a station was asked to make its dynamic codes with, and what became of that. */
@Entity('dynamic_code_rollouts')
export class Rollout {
  @PrimaryColumn({ name: 'command_id', type: 'uuid' }) commandId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'station_id', type: 'text' }) stationId!: string;
  @Column({ name: 'validity_s', type: 'integer' }) validityS!: number;
  @Column({ type: 'integer' }) length!: number;
  @Column({ name: 'per_evse', type: 'boolean' }) perEvse!: boolean;
  @Column({ type: 'text' }) status!: CommandStatus;
  @Column({ name: 'requested_at', type: 'timestamptz' }) requestedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true }) finishedAt!: Date | null;
  @Column({ type: 'text', nullable: true }) detail!: string | null;
  @Column({ type: 'jsonb', nullable: true }) answer!: Record<string, unknown> | null;
  /** Sealed; as long as the station may have it and it is not in force. */
  @Column({ type: 'bytea', nullable: true }) secret!: Buffer | null;
  /** Since when it is the secret of the station's codes. */
  @Column({ name: 'in_force_at', type: 'timestamptz', nullable: true }) inForceAt!: Date | null;
}
