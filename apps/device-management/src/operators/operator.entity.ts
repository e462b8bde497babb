import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A charge point operator of the installation. */
@Entity('operators')
export class Operator {
  @PrimaryColumn({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'legal_name', type: 'text', nullable: true })
  legalName!: string | null;

  @Column({ name: 'country_code', type: 'text' })
  countryCode!: string;

  @Column({ name: 'party_id', type: 'text' })
  partyId!: string;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ name: 'authorization_default', type: 'text' })
  authorizationDefault!: 'Accepted' | 'Invalid';

  @Column({ name: 'believed_energy_wh', type: 'integer', nullable: true })
  believedEnergyWh!: number | null;

  @Column({ name: 'believed_power_factor', type: 'double precision', nullable: true })
  believedPowerFactor!: number | null;

  @Column({ name: 'free_starts', type: 'boolean', nullable: true })
  freeStarts!: boolean | null;
}
