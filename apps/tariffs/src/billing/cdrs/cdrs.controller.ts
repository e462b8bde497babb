import { Body, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { cdrs as cdrsTopic } from '@chargemesh/contracts';
import {
  ApiController,
  type Caller,
  CallerOf,
  checked,
  Endpoint,
  ForInstallation,
  type HttpRequest,
  type HttpResponse,
  InSteps,
  Live,
  type LiveFeed,
  Needs,
  Problems,
  type QueryOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { cdrsList } from './cdrs.list.js';
import { CdrParams, CdrView, CorrectionView, ReplayBody, ReplayView } from './cdrs.schema.js';
import { CdrsService } from './cdrs.service.js';

@ApiController('tariffs', 'cdrs')
export class CdrsController {
  private readonly feed: LiveFeed<Static<typeof CdrView>>;

  constructor(
    private readonly cdrs: CdrsService,
    live: Live,
  ) {
    this.feed = live.feed({
      service: 'tariffs',
      topic: cdrsTopic,
      snapshot: (operatorId) => cdrs.newest(operatorId),
      load: (operatorId, sessionIds) => cdrs.ofSessions(operatorId, sessionIds),
    });
  }

  @Get()
  @Endpoint({ summary: 'CDRs, the newest first', list: cdrsList, answer: CdrView })
  list(@CallerOf() caller: Caller, @Query(checked(cdrsList.query)) query: QueryOf<typeof cdrsList>) {
    return this.cdrs.list(caller, query);
  }

  @Get('live')
  @Endpoint({
    summary: 'CDRs as they are issued: the newest, then every one that comes (server-sent events)',
    answer: CdrView,
    contentType: 'text/event-stream',
  })
  live(@CallerOf() caller: Caller, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    return this.feed.follow(caller, request, response);
  }

  @Post('replays')
  @InSteps()
  @HttpCode(202)
  @Needs('admin')
  @ForInstallation()
  @Endpoint({
    summary: 'Tell again which CDRs were issued since a moment, for readers that may have missed it',
    body: ReplayBody,
    answer: ReplayView,
    status: 202,
  })
  replay(@CallerOf() caller: Caller, @Body(checked(ReplayBody)) { since }: Static<typeof ReplayBody>) {
    return this.cdrs.replay(caller, since);
  }

  @Get(':id')
  @Endpoint({ summary: 'A CDR, with the trace of its price', params: CdrParams, answer: CdrView })
  get(@CallerOf() caller: Caller, @Param(checked(CdrParams)) { id }: Static<typeof CdrParams>) {
    return this.cdrs.get(caller, id);
  }

  @Post(':id/corrections')
  @HttpCode(202)
  @Problems('cdr-not-live')
  @Endpoint({
    summary: 'Have a CDR corrected by facts that came too late to do so by themselves',
    params: CdrParams,
    answer: CorrectionView,
    status: 202,
  })
  correct(@CallerOf() caller: Caller, @Param(checked(CdrParams)) { id }: Static<typeof CdrParams>) {
    return this.cdrs.requestCorrection(caller, id);
  }
}
