import { Body, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  Needs,
  Problems,
  type QueryOf,
  checked,
  problem,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../../config.js';
import { rolloutsList } from './rollouts.list.js';
import { RolloutBody, RolloutParams, RolloutView, RolloutsAsked } from './rollouts.schema.js';
import { Rollouts } from './rollouts.service.js';

/** Secrets of dynamic codes on their way to stations; nobody ever sees them. */
@ApiController('payments', 'dynamic-code-rollouts')
export class RolloutsController {
  constructor(
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
    private readonly rollouts: Rollouts,
  ) {}

  @Post()
  @HttpCode(202)
  @Needs('admin')
  @Problems('conflict')
  @Endpoint({
    summary: 'Have a station, or all of OCPP 2.1 at a location, show dynamic codes with a new secret',
    body: RolloutBody,
    answer: RolloutsAsked,
    status: 202,
  })
  async ask(
    @CallerOf() caller: Caller,
    @Body(checked(RolloutBody)) body: Static<typeof RolloutBody>,
  ): Promise<Static<typeof RolloutsAsked>> {
    const { CHECKOUT_URL: base } = this.settings;
    // Displays keep it: it is no matter of who happens to ask from where.
    if (base === undefined)
      throw problem('conflict', { detail: 'set CHECKOUT_URL first: codes on displays lead there' });
    return { items: await this.rollouts.ask(caller, body, base) };
  }

  @Get()
  @Endpoint({
    summary: 'Rollouts of secrets for dynamic codes, the newest first',
    list: rolloutsList,
    answer: RolloutView,
  })
  list(@CallerOf() caller: Caller, @Query(checked(rolloutsList.query)) query: QueryOf<typeof rolloutsList>) {
    return this.rollouts.list(caller, query);
  }

  @Get(':rolloutId')
  @Endpoint({ summary: 'What a station made of a secret', params: RolloutParams, answer: RolloutView })
  get(@CallerOf() caller: Caller, @Param(checked(RolloutParams)) { rolloutId }: Static<typeof RolloutParams>) {
    return this.rollouts.get(caller, rolloutId);
  }
}
