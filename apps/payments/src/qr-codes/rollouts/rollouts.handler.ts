import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CommandResult, type EventOf, commandResults } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { Rollouts } from './rollouts.service.js';

/** Hears what stations made of the secrets that they were given. */
@Controller()
export class RolloutsHandler {
  constructor(private readonly rollouts: Rollouts) {}

  @Consumes('payments', commandResults)
  onResults(@Payload() results: EventOf<typeof CommandResult>[], @Ctx() tx: Transaction): Promise<void> {
    return this.rollouts.recordResults(results, tx);
  }
}
