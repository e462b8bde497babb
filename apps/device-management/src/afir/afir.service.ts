import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { type Caller, Clock, type Page, type QueryOf } from '@chargemesh/service';
import { LocationsStore } from '../locations/locations.store.js';
import type { Station } from '../stations/station.entity.js';
import { stationsList } from '../stations/stations.list.js';
import { type Gap, type Placed, gapsOf } from './gaps.decide.js';

@Injectable()
export class AfirService {
  constructor(
    private readonly database: Database,
    private readonly locations: LocationsStore,
    private readonly clock: Clock,
  ) {}

  gaps({ operatorId }: Caller, query: QueryOf<typeof stationsList>): Promise<Page<Gap>> {
    return this.database.transaction([operatorId], async (tx) => {
      const { rows, nextCursor } = await stationsList.read(tx, operatorId, query);
      const placed = await this.locations.placesOf(
        tx,
        rows.flatMap(({ locationId }) => locationId ?? []),
      );
      const today = this.clock.now().toISOString().slice(0, 10);
      return {
        items: gapsOf(
          rows.flatMap((station) => placedAt(station, placed) ?? []),
          today,
        ),
        nextCursor,
      };
    });
  }
}

function placedAt(
  { stationId, locationId, epoch, evses }: Station,
  places: ReadonlyMap<string, Pick<Placed, 'country' | 'publish'>>,
): Placed | undefined {
  const place = locationId === null ? undefined : places.get(locationId);
  return locationId !== null && place ? { stationId, locationId, ...place, wasConnected: epoch > 0, evses } : undefined;
}
