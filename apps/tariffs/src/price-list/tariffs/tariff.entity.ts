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
  /** Until the next later one; of two from the same time the higher version counts. */
  @Column({ name: 'valid_from', type: 'timestamptz' }) validFrom!: Date;
  @Column({ name: 'published_at', type: 'timestamptz' }) publishedAt!: Date;
}

/** What a tariff may become when it is published. */
@Entity({ name: 'tariff_drafts' })
export class TariffDraft {
  @PrimaryColumn({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @PrimaryColumn({ name: 'tariff_id', type: 'uuid' }) tariffId!: string;
  @Column({ name: 'name', type: 'text' }) name!: string;
  @Column({ name: 'tariff', type: 'jsonb' }) tariff!: OcpiTariff;
  @Column({ name: 'saved_at', type: 'timestamptz' }) savedAt!: Date;
}
