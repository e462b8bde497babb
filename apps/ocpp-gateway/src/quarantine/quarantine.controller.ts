import { ApiController, type Caller, CallerOf, checked, Endpoint, Problems, type QueryOf } from '@chargemesh/service';
import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Static } from 'typebox';
import { quarantineList } from './quarantine.list.js';
import { QuarantineReview } from './quarantine-review.service.js';
import { DiscardBody, QuarantineParams, QuarantineView, ReplayBody } from './quarantine.schema.js';

/** Messages of stations about transactions that nobody can read, until a person has dealt with them. */
@ApiController('ocpp-gateway', 'quarantine')
export class QuarantineController {
  constructor(private readonly review: QuarantineReview) {}

  @Get()
  @Endpoint({
    summary: 'Transaction messages of stations that could not be read, newest first',
    list: quarantineList,
    answer: QuarantineView,
  })
  list(@CallerOf() caller: Caller, @Query(checked(quarantineList.query)) query: QueryOf<typeof quarantineList>) {
    return this.review.list(caller, query);
  }

  @Get(':id')
  @Endpoint({ summary: 'One of them', params: QuarantineParams, answer: QuarantineView })
  get(@CallerOf() caller: Caller, @Param(checked(QuarantineParams)) { id }: Static<typeof QuarantineParams>) {
    return this.review.get(caller, id);
  }

  @Post(':id/replays')
  @HttpCode(200)
  @Problems('quarantine-settled', 'message-unreadable')
  @Endpoint({
    summary: 'Take it in as if it had come so, corrected or as it is',
    params: QuarantineParams,
    body: ReplayBody,
    answer: QuarantineView,
  })
  replay(
    @CallerOf() caller: Caller,
    @Param(checked(QuarantineParams)) { id }: Static<typeof QuarantineParams>,
    @Body(checked(ReplayBody)) { payload }: Static<typeof ReplayBody>,
  ) {
    return this.review.replay(caller, id, payload);
  }

  @Post(':id/discards')
  @HttpCode(200)
  @Problems('quarantine-settled')
  @Endpoint({
    summary: 'Note that nothing can be made of it',
    params: QuarantineParams,
    body: DiscardBody,
    answer: QuarantineView,
  })
  discard(
    @CallerOf() caller: Caller,
    @Param(checked(QuarantineParams)) { id }: Static<typeof QuarantineParams>,
    @Body(checked(DiscardBody)) { note }: Static<typeof DiscardBody>,
  ) {
    return this.review.discard(caller, id, note);
  }
}
