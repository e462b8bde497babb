import { StationId } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import type { KnownEvse, KnownPlace } from '../projections/places.store.js';
import { StickerInspection } from './inspection.entity.js';

/** A station with the EVSEs whose stickers are looked at. */
export interface StickersOfStation {
  readonly stationId: string;
  readonly evses: readonly KnownEvse[];
  readonly place: KnownPlace | null;
}

/** Station by station: a page has all EVSEs of its stations. */
export const stickersList = new ApiList(
  new KeysetList<StickersOfStation>({
    from: 'known_stations',
    columns: `t.station_id AS "stationId", t.evses,
      (SELECT l.place FROM known_locations l WHERE l.location_id = t.location_id AND NOT l.deleted) AS place`,
    where: 'NOT t.deleted',
    key: { station_id: 'text' },
    filters: { stationId: 'station_id' },
  }),
  { filters: { stationId: Type.Optional(StationId) } },
);

/** In the order in which they were told. */
export const inspectionsList = new ApiList(
  new KeysetList({
    from: StickerInspection,
    key: { inspection_id: 'uuid' },
    time: { id: 'inspection_id' },
    filters: { stationId: 'station_id' },
  }),
  { order: 'newest', filters: { stationId: Type.Optional(StationId) } },
);
