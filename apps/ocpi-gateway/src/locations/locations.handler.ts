import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { LocationEvent, StationStateEvent } from '@chargemesh/contracts';
import { Projects } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { knownLocations, knownStations } from '../projections/projections.js';
import { LocationsService } from './locations.service.js';

@Controller()
export class LocationsHandler {
  constructor(private readonly locations: LocationsService) {}

  @Projects('ocpi-gateway', knownLocations)
  onLocations(@Payload() events: LocationEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.locations.takeLocations(events, tx);
  }

  @Projects('ocpi-gateway', knownStations)
  onStations(@Payload() events: StationStateEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.locations.takeStations(events, tx);
  }
}
