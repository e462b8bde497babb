import { Body, Get, HttpCode, Param, Post, Query, type Type as Class } from '@nestjs/common';
import type { Static } from 'typebox';
import type { ServiceName } from '../definition.js';
import { ApiController } from '../http/api-controller.js';
import { CallerOf, type Caller, ForInstallation, Needs } from '../http/caller.js';
import { checked } from '../http/checked.js';
import { Endpoint } from '../http/endpoint.js';
import { InSteps } from '../idempotency/in-steps.js';
import {
  DiscardBody,
  LetterParams,
  LetterView,
  ListQuery,
  ReplayBody,
  ReplayView,
  discarded,
  parked,
  viewOf,
} from './dead-letters.schema.js';
import { DeadLettersService } from './dead-letters.service.js';

/** What a service's consumers have parked, or people given up: an operator's own, or all for the installation's administrator. */
export function deadLettersOf(service: ServiceName): Class {
  @ApiController(service, 'dead-letters')
  @Needs('admin')
  @ForInstallation()
  class DeadLettersController {
    constructor(private readonly letters: DeadLettersService) {}

    @Get()
    @Endpoint({
      summary: 'Events that could not be applied, and those that wait behind them',
      list: [parked, discarded],
      query: ListQuery,
      answer: LetterView,
    })
    list(@CallerOf() caller: Caller, @Query(checked(ListQuery)) query: Static<typeof ListQuery>) {
      return this.letters.list(caller, query);
    }

    @Get(':id')
    @Endpoint({ summary: 'One of them', params: LetterParams, answer: LetterView })
    async get(@CallerOf() caller: Caller, @Param(checked(LetterParams)) { id }: Static<typeof LetterParams>) {
      return viewOf(await this.letters.find(caller, id));
    }

    @Post('replays')
    @InSteps()
    @HttpCode(200)
    @Endpoint({
      summary: 'Apply what is parked under a key, in order, up to the first that fails again',
      body: ReplayBody,
      answer: ReplayView,
    })
    replay(@CallerOf() caller: Caller, @Body(checked(ReplayBody)) { consumer, parkingKey }: Static<typeof ReplayBody>) {
      return this.letters.replay(caller, consumer, parkingKey);
    }

    @Post(':id/discard')
    @HttpCode(200)
    @Endpoint({
      summary: 'Give one up, for a reason that is kept with it, and apply what waited behind it',
      params: LetterParams,
      body: DiscardBody,
      answer: ReplayView,
    })
    discard(
      @CallerOf() caller: Caller,
      @Param(checked(LetterParams)) { id }: Static<typeof LetterParams>,
      @Body(checked(DiscardBody)) { reason }: Static<typeof DiscardBody>,
    ) {
      return this.letters.discard(caller, id, reason);
    }
  }
  return DeadLettersController;
}
