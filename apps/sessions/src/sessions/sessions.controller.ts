import { Body, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { sessions as sessionsTopic } from '@chargemesh/contracts';
import {
  ApiController,
  type Caller,
  CallerOf,
  checked,
  Endpoint,
  ForHotline,
  ForInstallation,
  type HttpRequest,
  type HttpResponse,
  Live,
  type LiveFeed,
  Needs,
  Problems,
  type QueryOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { RemoteView } from '../commands/remote.schema.js';
import { RemoteService } from '../commands/remote.service.js';
import { meterValuesList } from './meter-values.list.js';
import { sessionsList } from './sessions.list.js';
import {
  DecisionBody,
  LiveQuery,
  MeterValueView,
  ReplayBody,
  ReplayView,
  SessionParams,
  SessionView,
} from './sessions.schema.js';
import { SessionsService } from './sessions.service.js';

@ApiController('sessions', 'sessions')
export class SessionsController {
  private readonly feed: LiveFeed<Static<typeof SessionView>>;

  constructor(
    private readonly sessions: SessionsService,
    private readonly remote: RemoteService,
    live: Live,
  ) {
    this.feed = live.feed({
      service: 'sessions',
      topic: sessionsTopic,
      snapshot: (operatorId) => sessions.current(operatorId),
      load: (operatorId, ids) => sessions.those(operatorId, ids),
    });
  }

  @Get()
  @Endpoint({ summary: 'Sessions, the newest first', list: sessionsList, answer: SessionView })
  list(@CallerOf() caller: Caller, @Query(checked(sessionsList.query)) query: QueryOf<typeof sessionsList>) {
    return this.sessions.list(caller, query);
  }

  @Get('live')
  @Endpoint({
    summary: 'Sessions as they change: those that run and the newest first, then every change (server-sent events)',
    query: LiveQuery,
    answer: SessionView,
    contentType: 'text/event-stream',
  })
  live(
    @CallerOf() caller: Caller,
    @Query(checked(LiveQuery)) { stationId }: Static<typeof LiveQuery>,
    @Req() request: HttpRequest,
    @Res() response: HttpResponse,
  ) {
    return this.feed.follow(
      caller,
      request,
      response,
      (session) => stationId === undefined || session.stationId === stationId,
    );
  }

  @Post('replays')
  @HttpCode(202)
  @Needs('admin')
  @ForInstallation()
  @Endpoint({
    summary: 'Tell again which sessions became final since a moment, for readers that may have missed it',
    body: ReplayBody,
    answer: ReplayView,
    status: 202,
  })
  replay(@CallerOf() caller: Caller, @Body(checked(ReplayBody)) { since }: Static<typeof ReplayBody>) {
    return this.sessions.replay(caller, since);
  }

  @Get(':id')
  @ForHotline()
  @Endpoint({ summary: 'A session', params: SessionParams, answer: SessionView })
  get(@CallerOf() caller: Caller, @Param(checked(SessionParams)) { id }: Static<typeof SessionParams>) {
    return this.sessions.get(caller, id);
  }

  @Get(':id/meter-values')
  @Endpoint({
    summary: 'What was measured in a session',
    params: SessionParams,
    list: meterValuesList,
    answer: MeterValueView,
  })
  meterValues(
    @CallerOf() caller: Caller,
    @Param(checked(SessionParams)) { id }: Static<typeof SessionParams>,
    @Query(checked(meterValuesList.query)) query: QueryOf<typeof meterValuesList>,
  ) {
    return this.sessions.listMeterValues(caller, id, query);
  }

  @Post(':id/decision')
  @HttpCode(200)
  @Problems('conflict', 'evse-unknown')
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
  @Problems('conflict', 'station-not-connected')
  @Endpoint({ summary: 'Stop a running session remotely', params: SessionParams, answer: RemoteView, status: 202 })
  stop(@CallerOf() caller: Caller, @Param(checked(SessionParams)) { id }: Static<typeof SessionParams>) {
    return this.remote.stop(caller, id);
  }
}
