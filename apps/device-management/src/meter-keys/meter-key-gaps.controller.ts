import { Get, Query } from '@nestjs/common';
import { Country, EvseId, StationId, Uuid, oneOf, optional, text } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  type Page,
  type QueryOf,
  checked,
  nameSchemas,
} from '@chargemesh/service';
import { Type } from 'typebox';
import { LocationsStore } from '../locations/locations.store.js';
import { stationsList } from '../stations/stations.list.js';
import { type MeterKeyGap, meterKeyGapsOf } from './meter-key-gaps.decide.js';
import { MeterKeysStore } from './meter-keys.store.js';

const MeterKeyGapView = Type.Object({
  stationId: StationId,
  evseId: EvseId,
  evseRef: optional(text(48)),
  locationId: Uuid,
  country: Country,
  /** `unconfirmed`: the station said a key, and nobody has confirmed it. */
  state: oneOf('no-key', 'unconfirmed'),
});
nameSchemas({ MeterKeyGap: MeterKeyGapView });

/** Points that sell kWh while nobody has registered the key of their meter. */
@ApiController('device-management', 'meter-key-gaps')
export class MeterKeyGapsController {
  constructor(
    private readonly database: Database,
    private readonly locations: LocationsStore,
    private readonly keys: MeterKeysStore,
  ) {}

  @Get()
  @Endpoint({
    summary:
      'EVSEs that sell kWh by signed values, by law or by choice, without a registered key of their meter; station by station, so that a page may be empty',
    list: stationsList,
    answer: MeterKeyGapView,
  })
  list(
    @CallerOf() { operatorId }: Caller,
    @Query(checked(stationsList.query)) query: QueryOf<typeof stationsList>,
  ): Promise<Page<MeterKeyGap>> {
    return this.database.transaction([operatorId], async (tx) => {
      const { rows, nextCursor } = await stationsList.read(tx, operatorId, query);
      const locationIds = rows.flatMap(({ locationId }) => locationId ?? []);
      const stationIds = rows.map(({ stationId }) => stationId);
      const places = await this.locations.placesOf(tx, locationIds);
      const keys = await this.keys.ofStations(tx, stationIds);
      const selling = rows.flatMap(({ stationId, locationId, evses }) => {
        const place = locationId === null ? undefined : places.get(locationId);
        return locationId !== null && place ? [{ stationId, locationId, ...place, evses }] : [];
      });
      return { items: meterKeyGapsOf(selling, keys), nextCursor };
    });
  }
}
