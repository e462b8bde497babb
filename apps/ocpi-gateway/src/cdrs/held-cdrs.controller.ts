import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, type QueryOf, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { DecisionBody, HeldCdrParams, HeldCdrView } from './held-cdrs.schema.js';
import { heldCdrsList } from './held-cdrs.list.js';
import { HeldCdrsService } from './held-cdrs.service.js';

@ApiController('ocpi-gateway', 'held-cdrs')
export class HeldCdrsController {
  constructor(private readonly cdrs: HeldCdrsService) {}

  @Get()
  @Endpoint({
    summary: 'CDRs that are not sent to partners in some version of OCPI, and why',
    list: heldCdrsList,
    answer: HeldCdrView,
  })
  list(@CallerOf() caller: Caller, @Query(checked(heldCdrsList.query)) query: QueryOf<typeof heldCdrsList>) {
    return this.cdrs.list(caller, query);
  }

  @Post(':cdrId/checks')
  @HttpCode(200)
  @Endpoint({
    summary: 'Check one again; it is sent in the versions in which nothing is found',
    params: HeldCdrParams,
    answer: HeldCdrView,
  })
  check(@CallerOf() caller: Caller, @Param(checked(HeldCdrParams)) { cdrId }: Static<typeof HeldCdrParams>) {
    return this.cdrs.check(caller, cdrId);
  }

  @Post(':cdrId/releases')
  @HttpCode(200)
  @Endpoint({
    summary: 'Send one as it is, in spite of what was found',
    params: HeldCdrParams,
    body: DecisionBody,
    answer: HeldCdrView,
  })
  release(
    @CallerOf() caller: Caller,
    @Param(checked(HeldCdrParams)) { cdrId }: Static<typeof HeldCdrParams>,
    @Body(checked(DecisionBody)) { note }: Static<typeof DecisionBody>,
  ) {
    return this.cdrs.release(caller, cdrId, note);
  }

  @Post(':cdrId/drops')
  @HttpCode(200)
  @Endpoint({
    summary: 'Never send one in the versions that it is held in',
    params: HeldCdrParams,
    body: DecisionBody,
    answer: HeldCdrView,
  })
  drop(
    @CallerOf() caller: Caller,
    @Param(checked(HeldCdrParams)) { cdrId }: Static<typeof HeldCdrParams>,
    @Body(checked(DecisionBody)) { note }: Static<typeof DecisionBody>,
  ) {
    return this.cdrs.drop(caller, cdrId, note);
  }
}
