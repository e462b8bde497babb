import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Command } from '@chargemesh/contracts';
import {
  ApiController,
  type Caller,
  CallerOf,
  checked,
  Endpoint,
  ForHotline,
  Problems,
  type QueryOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { StationParams } from '../stations/stations.schema.js';
import { CommandParams, CommandQuery, CommandView } from './commands.schema.js';
import { commandsList } from './commands.list.js';
import { CommandsService } from './commands.service.js';

@ApiController('device-management')
export class CommandsController {
  constructor(private readonly commands: CommandsService) {}

  @Post('stations/:stationId/commands')
  @ForHotline()
  @HttpCode(202)
  @Problems('station-not-connected')
  @Endpoint({
    summary:
      'Send a command to a connected station (the hotline: UnlockConnector); look up what became of it by its id',
    params: StationParams,
    query: CommandQuery,
    body: Command,
    answer: CommandView,
    status: 202,
  })
  ask(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
    @Query(checked(CommandQuery)) { timeoutS }: Static<typeof CommandQuery>,
    @Body(checked(Command)) command: Static<typeof Command>,
  ) {
    return this.commands.ask(caller, stationId, command, timeoutS);
  }

  @Get('commands/:commandId')
  @ForHotline()
  @Endpoint({
    summary: 'A command and what became of it (the hotline: of UnlockConnector)',
    params: CommandParams,
    answer: CommandView,
  })
  get(@CallerOf() caller: Caller, @Param(checked(CommandParams)) { commandId }: Static<typeof CommandParams>) {
    return this.commands.get(caller, commandId);
  }

  @Get('commands')
  @Endpoint({ summary: 'Commands, the newest first', list: commandsList, answer: CommandView })
  list(@CallerOf() caller: Caller, @Query(checked(commandsList.query)) query: QueryOf<typeof commandsList>) {
    return this.commands.list(caller, query);
  }
}
