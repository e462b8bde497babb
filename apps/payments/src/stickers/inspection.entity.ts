import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What somebody saw of the sticker with the code of an EVSE: `covered` by another one, `replaced` by a new one of ours. */
export const STICKER_RESULTS = ['in-order', 'replaced', 'covered', 'missing'] as const;
export type StickerResult = (typeof STICKER_RESULTS)[number];

/** Somebody looked at the sticker of an EVSE. */
@Entity('sticker_inspections')
export class StickerInspection {
  @PrimaryColumn({ name: 'inspection_id', type: 'uuid' }) inspectionId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'station_id', type: 'text' }) stationId!: string;
  @Column({ name: 'evse_id', type: 'integer' }) evseId!: number;
  @Column({ type: 'text' }) result!: StickerResult;
  @Column({ type: 'text', nullable: true }) note!: string | null;
  @Column({ name: 'inspected_by', type: 'text' }) inspectedBy!: string;
  @Column({ name: 'inspected_at', type: 'timestamptz' }) inspectedAt!: Date;
}
