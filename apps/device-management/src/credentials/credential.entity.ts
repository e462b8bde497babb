import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What opens the door for a station: keyed hashes, the valid password's first, the one before behind it. */
@Entity('station_credentials')
export class Credential {
  @PrimaryColumn({ name: 'station_id', type: 'text' })
  stationId!: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'password_hashes', type: 'text', array: true })
  passwordHashes!: string[];
}
