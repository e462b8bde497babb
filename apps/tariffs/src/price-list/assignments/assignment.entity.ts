import type { AssignmentAudience, AssignmentTarget } from '@chargemesh/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where, for whom and when a tariff applies. */
@Entity({ name: 'tariff_assignments' })
export class Assignment {
  @PrimaryColumn({ name: 'assignment_id', type: 'uuid' }) assignmentId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'version', type: 'integer' }) version!: number;
  @Column({ name: 'tariff_id', type: 'uuid' }) tariffId!: string;
  @Column({ name: 'scope', type: 'text' }) scope!: AssignmentTarget['scope'];
  @Column({ name: 'location_group_id', type: 'uuid', nullable: true }) locationGroupId!: string | null;
  @Column({ name: 'location_id', type: 'uuid', nullable: true }) locationId!: string | null;
  @Column({ name: 'station_id', type: 'text', nullable: true }) stationId!: string | null;
  @Column({ name: 'evse_id', type: 'integer', nullable: true }) evseId!: number | null;
  @Column({ name: 'audience', type: 'text' }) audience!: AssignmentAudience['kind'] | 'everybody';
  @Column({ name: 'contract_id', type: 'text', nullable: true }) contractId!: string | null;
  @Column({ name: 'group_id', type: 'text', nullable: true }) groupId!: string | null;
  /** The party that issued the tokens of the audience. */
  @Column({ name: 'country_code', type: 'text', nullable: true }) countryCode!: string | null;
  @Column({ name: 'party_id', type: 'text', nullable: true }) partyId!: string | null;
  /** Why its audience pays another price than everybody, and the day on which that was found right. */
  @Column({ type: 'text', nullable: true }) justification!: string | null;
  @Column({ name: 'justified_on', type: 'date', nullable: true }) justifiedOn!: string | null;
  @Column({ name: 'valid_from', type: 'timestamptz' }) validFrom!: Date;
  @Column({ name: 'valid_to', type: 'timestamptz', nullable: true }) validTo!: Date | null;
}
