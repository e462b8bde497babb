import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CommandResult, type EventOf, commandResults } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { CommandsService } from './commands.service.js';

@Controller()
export class CommandsHandler {
  constructor(private readonly commands: CommandsService) {}

  @Consumes('device-management', commandResults)
  on(@Payload() results: EventOf<typeof CommandResult>[], @Ctx() tx: Transaction): Promise<void> {
    return this.commands.recordResults(results, tx);
  }
}
