import type { Tariff as OcpiTariff } from '@chargemesh/rating';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One published version of a tariff. */
@Entity({ name: 'tariffs' })
export class TariffVersion {
  @PrimaryColumn({ name: 'tariff_id', type: 'uuid' }) tariffId!: string;
  @PrimaryColumn({ name: 'tariff_version', type: 'integer' }) tariffVersion!: number;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'name', type: 'text' }) name!: string;
  @Column({ name: 'currency', type: 'text' }) currency!: string;
  /** As it was published, OCPI's own names. */
  @Column({ name: 'tariff', type: 'jsonb' }) tariff!: OcpiTariff;
  @Column({ name: 'valid_from', type: 'timestamptz' }) validFrom!: Date;
  @Column({ name: 'published_at', type: 'timestamptz' }) publishedAt!: Date;
}
