import type { KeyTrust } from '@chargemesh/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `refused` is what a station said although another key was in use; nothing is checked with it. */
export type KeyStatus = 'active' | 'retired' | 'refused';

/** A public key of a station's meter. */
@Entity('meter_keys')
export class MeterKey {
  @PrimaryColumn({ name: 'meter_key_id', type: 'uuid' })
  meterKeyId!: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'station_id', type: 'text' })
  stationId!: string;

  /** 0: whatever EVSE of the station. */
  @Column({ name: 'evse_id', type: 'integer' })
  evseId!: number;

  /** Empty: whatever meter. */
  @Column({ name: 'meter_serial', type: 'text' })
  meterSerial!: string;

  /** SubjectPublicKeyInfo in hex. */
  @Column({ name: 'public_key', type: 'text' })
  publicKey!: string;

  @Column({ type: 'text' })
  trust!: KeyTrust;

  @Column({ type: 'text' })
  status!: KeyStatus;

  /** When it was entered, or first said by the station. */
  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt!: Date;
}
