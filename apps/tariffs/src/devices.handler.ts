import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type LocationEvent, type StationStateEvent, locations, newest, stations } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { StationTariffsService } from './price-information/station-tariffs/station-tariffs.service.js';
import { ProjectionsStore } from './projections/projections.store.js';

/** Keeps what prices need to know of stations and their places. */
@Controller()
export class DevicesHandler {
  constructor(
    private readonly store: ProjectionsStore,
    private readonly stationTariffs: StationTariffsService,
  ) {}

  @Consumes('tariffs', stations)
  async onStations(@Payload() events: StationStateEvent[], @Ctx() tx: Transaction): Promise<void> {
    const states = newest(events);
    await this.stationTariffs.stationsChanged(states, tx);
    await this.store.saveStations(tx, states);
  }

  @Consumes('tariffs', locations)
  onLocations(@Payload() events: LocationEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.store.saveLocations(tx, newest(events));
  }
}
