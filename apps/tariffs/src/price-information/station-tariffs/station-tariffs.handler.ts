import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CommandResult, type EventOf, commandResults } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { StationTariffsService } from './station-tariffs.service.js';

/** Hears what stations answered. */
@Controller()
export class StationTariffsHandler {
  constructor(private readonly service: StationTariffsService) {}

  @Consumes('tariffs', commandResults)
  onResults(@Payload() results: EventOf<typeof CommandResult>[], @Ctx() tx: Transaction): Promise<void> {
    return this.service.recordResults(results, tx);
  }
}
