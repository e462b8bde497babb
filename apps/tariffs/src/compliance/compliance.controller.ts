import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CallerOf, Endpoint, checked, pageOf } from '@chargemesh/service';
import type { Static } from 'typebox';
import { ShortfallView, ShortfallsQuery } from './compliance.schema.js';
import { ComplianceService } from './compliance.service.js';

@Controller('api/tariffs/v1/price-shortfalls')
export class ComplianceController {
  constructor(private readonly compliance: ComplianceService) {}

  @Get()
  @Endpoint({
    summary: 'Where prices are not as the law or the currency of the location wants them; a page may be empty',
    query: ShortfallsQuery,
    answer: pageOf(ShortfallView),
  })
  list(@CallerOf() caller: Caller, @Query(checked(ShortfallsQuery)) query: Static<typeof ShortfallsQuery>) {
    return this.compliance.list(caller, query);
  }
}
