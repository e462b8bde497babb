import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { StationStateEvent } from '@chargemesh/contracts';
import { Projects } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { StationTariffsService } from './price-information/station-tariffs/station-tariffs.service.js';
import { knownStations } from './projections/projections.js';

/** Keeps the stations, and has those told of prices that come to hear of them or are elsewhere now. */
@Controller()
export class DevicesHandler {
  constructor(private readonly stationTariffs: StationTariffsService) {}

  @Projects('tariffs', knownStations)
  async onStations(@Payload() events: StationStateEvent[], @Ctx() tx: Transaction): Promise<void> {
    const states = events.map(({ data }) => data);
    const newer = await knownStations.newer(tx, states);
    // A connection that was lost and made again within a batch is a new one all the same.
    const away = new Set(states.filter(({ connected }) => !connected).map(({ stationId }) => stationId));
    await this.stationTariffs.stationsChanged(
      newer.map((station) => ({ ...station, wasAway: away.has(station.stationId) })),
      tx,
    );
    await knownStations.save(tx, newer);
  }
}
