import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConnectorStatus, EvseDevice, OcppVersion } from '@chargemesh/contracts';

/** A charging station with its EVSEs and connectors, as it is now. Read and written whole: it is one aggregate. */
@Entity('stations')
export class Station {
  @PrimaryColumn({ name: 'station_id', type: 'text' })
  stationId!: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'boolean' })
  deleted!: boolean;

  @Column({ name: 'location_id', type: 'uuid', nullable: true })
  locationId!: string | null;

  /** Commissioned: it boots as Accepted; before, as Pending. */
  @Column({ type: 'boolean' })
  released!: boolean;

  @Column({ name: 'security_profile', type: 'integer' })
  securityProfile!: number;

  @Column({ name: 'heartbeat_interval_s', type: 'integer' })
  heartbeatIntervalS!: number;

  @Column({ type: 'boolean' })
  connected!: boolean;

  /** The newest connection heard of; 0 before the first. */
  @Column({ type: 'integer' })
  epoch!: number;

  @Column({ name: 'ocpp_version', type: 'text', nullable: true })
  ocppVersion!: OcppVersion | null;

  @Column({ type: 'text', nullable: true })
  vendor!: string | null;

  @Column({ type: 'text', nullable: true })
  model!: string | null;

  @Column({ name: 'serial_number', type: 'text', nullable: true })
  serialNumber!: string | null;

  @Column({ name: 'firmware_version', type: 'text', nullable: true })
  firmwareVersion!: string | null;

  /** Of the station as a whole; OCPP 1.6 says it of connector 0. */
  @Column({ type: 'text', nullable: true })
  status!: ConnectorStatus | null;

  @Column({ name: 'status_at', type: 'timestamptz', nullable: true })
  statusAt!: Date | null;

  @Column({ type: 'jsonb' })
  evses!: EvseDevice[];
}
