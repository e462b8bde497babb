import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CallerOf, Endpoint, checked, pageOf } from '@chargemesh/service';
import type { Static } from 'typebox';
import { LedgerEntryView, LedgerQuery } from './ledger.schema.js';
import { LedgerService } from './ledger.service.js';

@Controller('api/payments/v1/ledger-entries')
export class LedgerController {
  constructor(private readonly ledger: LedgerService) {}

  @Get()
  @Endpoint({ summary: 'What is due for CDRs', query: LedgerQuery, answer: pageOf(LedgerEntryView) })
  list(@CallerOf() caller: Caller, @Query(checked(LedgerQuery)) query: Static<typeof LedgerQuery>) {
    return this.ledger.list(caller, query);
  }
}
