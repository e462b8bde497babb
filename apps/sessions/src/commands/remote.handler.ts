import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CommandResult, type EventOf, commandResults } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { RemoteService } from './remote.service.js';

@Controller()
export class RemoteHandler {
  constructor(private readonly remote: RemoteService) {}

  @Consumes('sessions', commandResults)
  on(@Payload() results: EventOf<typeof CommandResult>[], @Ctx() tx: Transaction): Promise<void> {
    return this.remote.recordResults(results, tx);
  }
}
