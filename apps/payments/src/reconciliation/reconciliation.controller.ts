import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { ApiController, type Caller, CallerOf, Endpoint, InSteps, type QueryOf, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { findingsList } from './findings.list.js';
import { FindingItem, FindingPath, ReconciliationReport, Resolution, findingOf } from './reconciliation.schema.js';
import { Reconciliation } from './reconciliation.service.js';

/** Where payments, their providers and CDRs do not agree, and what somebody says of it. */
@ApiController('payments', 'reconciliation')
export class ReconciliationController {
  constructor(
    private readonly database: Database,
    private readonly reconciliation: Reconciliation,
  ) {}

  @Get()
  @Endpoint({ summary: 'What does not agree, by kind', answer: ReconciliationReport })
  report(@CallerOf() { operatorId }: Caller) {
    return this.reconciliation.report(operatorId);
  }

  @Post('runs')
  @InSteps()
  @HttpCode(200)
  @Endpoint({
    summary: 'Compare now; the states at providers are asked for, and what they change shows in the next report',
    answer: ReconciliationReport,
  })
  run(@CallerOf() caller: Caller) {
    return this.reconciliation.reconcileFor(caller);
  }

  @Get('findings')
  @Endpoint({ summary: 'Findings, the newest first', list: findingsList, answer: FindingItem })
  list(@CallerOf() { operatorId }: Caller, @Query(checked(findingsList.query)) query: QueryOf<typeof findingsList>) {
    return this.database.transaction([operatorId], (tx) => findingsList.page(tx, operatorId, query, findingOf));
  }

  @Post('findings/:findingId/resolution')
  @HttpCode(200)
  @Endpoint({
    summary: 'Say that a finding is in order, and why; it comes back only when something of it changes',
    ...{ params: FindingPath, body: Resolution, answer: FindingItem },
  })
  resolve(
    @CallerOf() caller: Caller,
    @Param(checked(FindingPath)) { findingId }: Static<typeof FindingPath>,
    @Body(checked(Resolution)) { note }: Static<typeof Resolution>,
  ) {
    return this.reconciliation.resolve(caller, findingId, note);
  }
}
