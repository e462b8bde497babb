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

  @Column({ name: 'country_code', type: 'text' })
  countryCode!: string;

  @Column({ name: 'party_id', type: 'text' })
  partyId!: string;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ name: 'authorization_default', type: 'text' })
  authorizationDefault!: 'Accepted' | 'Invalid';
}
