import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { type Caller, CallerOf, Endpoint, checked, pageOf } from '@chargemesh/service';
import type { Static } from 'typebox';
import { RemoteView } from '../commands/remote.schema.js';
import { RemoteService } from '../commands/remote.service.js';
import {
  DecisionBody,
  MeterValueView,
  MeterValuesQuery,
  SessionParams,
  SessionView,
  SessionsQuery,
} from './sessions.schema.js';
import { SessionsService } from './sessions.service.js';

@Controller('api/sessions/v1/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly remote: RemoteService,
  ) {}

  @Get()
  @Endpoint({ summary: 'Sessions, in the order of their beginning', query: SessionsQuery, answer: pageOf(SessionView) })
  list(@CallerOf() caller: Caller, @Query(checked(SessionsQuery)) query: Static<typeof SessionsQuery>) {
    return this.sessions.list(caller, query);
  }

  @Get(':id')
  @Endpoint({ summary: 'A session', params: SessionParams, answer: SessionView })
  get(@CallerOf() caller: Caller, @Param(checked(SessionParams)) { id }: Static<typeof SessionParams>) {
    return this.sessions.get(caller, id);
  }

  @Get(':id/meter-values')
  @Endpoint({
    summary: 'What was measured in a session',
    params: SessionParams,
    query: MeterValuesQuery,
    answer: pageOf(MeterValueView),
  })
  meterValues(
    @CallerOf() caller: Caller,
    @Param(checked(SessionParams)) { id }: Static<typeof SessionParams>,
    @Query(checked(MeterValuesQuery)) query: Static<typeof MeterValuesQuery>,
  ) {
    return this.sessions.listMeterValues(caller, id, query);
  }

  @Post(':id/decision')
  @HttpCode(200)
  @Endpoint({
    summary: 'Decide what is billed of a session that is held, or flagged for a review',
    params: SessionParams,
    body: DecisionBody,
    answer: SessionView,
  })
  decide(
    @CallerOf() caller: Caller,
    @Param(checked(SessionParams)) { id }: Static<typeof SessionParams>,
    @Body(checked(DecisionBody)) body: Static<typeof DecisionBody>,
  ) {
    return this.sessions.decide(caller, id, body);
  }

  @Post(':id/stop')
  @HttpCode(202)
  @Endpoint({ summary: 'Stop a running session remotely', params: SessionParams, answer: RemoteView, status: 202 })
  stop(@CallerOf() caller: Caller, @Param(checked(SessionParams)) { id }: Static<typeof SessionParams>) {
    return this.remote.stop(caller, id);
  }
}
