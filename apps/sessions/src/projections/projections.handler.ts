import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type LocationEvent, type StationStateEvent, locations, newest, stations } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';

import { ProjectionsStore } from './projections.store.js';

/** Keeps what sessions need to know of stations and their places. */
@Controller()
export class ProjectionsHandler {
  constructor(private readonly store: ProjectionsStore) {}

  @Consumes('sessions', stations)
  onStations(@Payload() events: StationStateEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.store.saveStations(tx, newest(events));
  }

  @Consumes('sessions', locations)
  onLocations(@Payload() events: LocationEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.store.saveLocations(tx, newest(events));
  }
}
