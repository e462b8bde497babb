import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '@chargemesh/contracts';

/** A program's key to the REST interface; only its keyed hash is kept. */
@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn({ name: 'api_key_id', type: 'uuid' })
  apiKeyId!: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  hash!: string;

  @Column({ type: 'text' })
  role!: Role;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'boolean' })
  deleted!: boolean;
}
