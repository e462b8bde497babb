import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CallerOf, Endpoint, checked, pageOf } from '@chargemesh/service';
import type { Static } from 'typebox';
import { CdrsService } from './cdrs.service.js';
import { HeldCdrView, HeldCdrsQuery } from './held-cdrs.schema.js';

@Controller('api/ocpi-gateway/v1/held-cdrs')
export class HeldCdrsController {
  constructor(private readonly cdrs: CdrsService) {}

  @Get()
  @Endpoint({
    summary: 'CDRs that are not sent to partners in some version of OCPI, and why',
    query: HeldCdrsQuery,
    answer: pageOf(HeldCdrView),
  })
  list(@CallerOf() caller: Caller, @Query(checked(HeldCdrsQuery)) query: Static<typeof HeldCdrsQuery>) {
    return this.cdrs.listHeld(caller, query);
  }
}
