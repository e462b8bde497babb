import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One variable of a station's device model, as last reported. Absent instances are empty, the station is EVSE 0. */
@Entity('station_variables')
export class Variable {
  /** Rises in the order of the first report; a bigint, hence text. */
  @PrimaryColumn({ type: 'bigint', insert: false })
  id!: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @Column({ name: 'station_id', type: 'text' })
  stationId!: string;

  @Column({ type: 'text' })
  component!: string;

  @Column({ type: 'text' })
  instance!: string;

  @Column({ name: 'evse_id', type: 'integer' })
  evseId!: number;

  @Column({ type: 'text' })
  variable!: string;

  @Column({ name: 'variable_instance', type: 'text' })
  variableInstance!: string;

  @Column({ type: 'text', nullable: true })
  value!: string | null;

  @Column({ type: 'text', nullable: true })
  mutability!: string | null;

  @Column({ name: 'reported_at', type: 'timestamptz' })
  reportedAt!: Date;
}
