import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A roaming partner of an operator, as a party of OCPI. */
@Entity('partners')
export class Partner {
  @PrimaryColumn({ name: 'operator_id', type: 'uuid' })
  operatorId!: string;

  @PrimaryColumn({ name: 'partner_id', type: 'uuid' })
  partnerId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'country_code', type: 'text' })
  countryCode!: string;

  @Column({ name: 'party_id', type: 'text' })
  partyId!: string;

  /** OCPI Role. */
  @Column({ type: 'text', array: true })
  roles!: string[];
}
