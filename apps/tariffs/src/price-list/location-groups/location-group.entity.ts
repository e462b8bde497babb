import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Locations that are priced together. */
@Entity({ name: 'location_groups' })
export class LocationGroup {
  @PrimaryColumn({ name: 'location_group_id', type: 'uuid' }) locationGroupId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'version', type: 'integer' }) version!: number;
  @Column({ name: 'name', type: 'text' }) name!: string;
}
