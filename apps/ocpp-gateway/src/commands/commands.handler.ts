import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type EventOf, type StationCommand, stationCommands } from '@chargemesh/contracts';
import { Listens } from '@chargemesh/messaging';
import { Commands } from './commands.service.js';

@Controller()
export class CommandsHandler {
  constructor(private readonly commands: Commands) {}

  @Listens('ocpp-gateway', stationCommands)
  on(@Payload() event: EventOf<typeof StationCommand>): void {
    this.commands.take(event);
  }
}
