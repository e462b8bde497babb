import type { OpeningTimes } from '@chargemesh/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A place where stations stand. OCPI Location. */
@Entity('locations')
export class Location {
  @PrimaryColumn({ name: 'location_id', type: 'uuid' })
  locationId!: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'boolean' })
  deleted!: boolean;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  address!: string;

  @Column({ type: 'text' })
  city!: string;

  @Column({ name: 'postal_code', type: 'text', nullable: true })
  postalCode!: string | null;

  @Column({ type: 'text' })
  country!: string;

  @Column({ type: 'jsonb' })
  coordinates!: { latitude: string; longitude: string };

  @Column({ name: 'time_zone', type: 'text' })
  timeZone!: string;

  @Column({ name: 'help_phone', type: 'text', nullable: true })
  helpPhone!: string | null;

  @Column({ name: 'opening_times', type: 'jsonb', nullable: true })
  openingTimes!: OpeningTimes | null;

  /** NUTS 1 region. */
  @Column({ type: 'text', nullable: true })
  nuts1!: string | null;

  @Column({ type: 'boolean' })
  publish!: boolean;

  /** Whether only energy that signed meter values prove may be billed here. */
  @Column({ name: 'bill_verified_only', type: 'boolean' })
  billVerifiedOnly!: boolean;
}
