import { Get, Param } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { RunningCostParams, RunningCostView } from './running-costs.schema.js';
import { RunningCostsService } from './running-costs.service.js';

@ApiController('tariffs', 'running-costs')
export class RunningCostsController {
  constructor(private readonly costs: RunningCostsService) {}

  @Get(':sessionId')
  @Endpoint({
    summary: 'What a session costs so far, or what its CDR says; none for one without a tariff that has no CDR yet',
    params: RunningCostParams,
    answer: RunningCostView,
  })
  get(@CallerOf() caller: Caller, @Param(checked(RunningCostParams)) { sessionId }: Static<typeof RunningCostParams>) {
    return this.costs.get(caller, sessionId);
  }
}
