import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { type Caller, CallerOf, Endpoint, checked, pageOf } from '@chargemesh/service';
import type { Static } from 'typebox';
import { CdrParams, CdrView, CdrsQuery, CorrectionView } from './cdrs.schema.js';
import { CdrsService } from './cdrs.service.js';

@Controller('api/tariffs/v1/cdrs')
export class CdrsController {
  constructor(private readonly cdrs: CdrsService) {}

  @Get()
  @Endpoint({ summary: 'CDRs in the order of their issue', query: CdrsQuery, answer: pageOf(CdrView) })
  list(@CallerOf() caller: Caller, @Query(checked(CdrsQuery)) query: Static<typeof CdrsQuery>) {
    return this.cdrs.list(caller, query);
  }

  @Get(':id')
  @Endpoint({ summary: 'A CDR, with the trace of its price', params: CdrParams, answer: CdrView })
  get(@CallerOf() caller: Caller, @Param(checked(CdrParams)) { id }: Static<typeof CdrParams>) {
    return this.cdrs.get(caller, id);
  }

  @Post(':id/corrections')
  @HttpCode(202)
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
