import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CommandStatus } from '@chargemesh/commands';
import type { Command } from '@chargemesh/contracts';

/** A command that was asked for, and what became of it. */
@Entity('commands')
export class CommandRow {
  @PrimaryColumn({ name: 'command_id', type: 'uuid' })
  commandId!: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @Column({ name: 'station_id', type: 'text' })
  stationId!: string;

  @Column({ type: 'jsonb' })
  command!: Command;

  @Column({ type: 'text' })
  status!: CommandStatus;

  @Column({ name: 'requested_at', type: 'timestamptz' })
  requestedAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  /** The station's own words. */
  @Column({ type: 'text', nullable: true })
  detail!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  answer!: Record<string, unknown> | null;
}
