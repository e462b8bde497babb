import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type CommandResult,
  type Event,
  type EventOf,
  commandResults,
  locationGroups,
  tariffAssignments,
  tariffs,
} from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { StationTariffsService } from './station-tariffs.service.js';

/** Has stations told of prices when these change; what this service tells the others it hears itself. */
@Controller()
export class StationTariffsHandler {
  constructor(private readonly service: StationTariffsService) {}

  @Consumes('tariffs', tariffs)
  onTariffs(@Payload() events: Event[], @Ctx() tx: Transaction): Promise<void> {
    return this.service.pricesChanged(events, tx);
  }

  @Consumes('tariffs', tariffAssignments)
  onAssignments(@Payload() events: Event[], @Ctx() tx: Transaction): Promise<void> {
    return this.service.pricesChanged(events, tx);
  }

  @Consumes('tariffs', locationGroups)
  onGroups(@Payload() events: Event[], @Ctx() tx: Transaction): Promise<void> {
    return this.service.pricesChanged(events, tx);
  }

  @Consumes('tariffs', commandResults)
  onResults(@Payload() results: EventOf<typeof CommandResult>[], @Ctx() tx: Transaction): Promise<void> {
    return this.service.settle(results, tx);
  }
}
