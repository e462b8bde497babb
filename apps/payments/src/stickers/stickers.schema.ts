import { EvseId, Instant, Note, StationId, Uuid, oneOf, optional, present, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import { STICKER_RESULTS, type StickerInspection } from './inspection.entity.js';

const Result = oneOf(...STICKER_RESULTS);

export const InspectionBody = Type.Object({
  stationId: StationId,
  evseId: EvseId,
  result: Result,
  note: optional(Note),
});
export type InspectionBody = Static<typeof InspectionBody>;

export const InspectionView = Type.Object({
  id: Uuid,
  stationId: StationId,
  evseId: EvseId,
  result: Result,
  note: optional(text(500)),
  inspectedBy: text(255),
  inspectedAt: Instant,
});
export type InspectionView = Static<typeof InspectionView>;

export const StickerView = Type.Object({
  stationId: StationId,
  evseId: EvseId,
  evseRef: optional(text(48)),
  place: optional(text(255)),
  /** Where the code leads: what the sticker has to say. */
  url: text(500),
  /** How often the page was opened in the last 14 days, by different browsers. */
  scans: Type.Integer({ minimum: 0 }),
  /** The last one; absent of one at which nobody has ever looked. */
  result: optional(Result),
  inspectedBy: optional(text(255)),
  inspectedAt: optional(Instant),
});
export type StickerView = Static<typeof StickerView>;

nameSchemas({ StickerInspectionBody: InspectionBody, StickerInspection: InspectionView, Sticker: StickerView });

export function inspectionOf(row: StickerInspection): InspectionView {
  const { inspectionId: id, stationId, evseId, result, inspectedBy, inspectedAt, note } = row;
  return { id, stationId, evseId, result, inspectedBy, inspectedAt: inspectedAt.toISOString(), ...present({ note }) };
}
