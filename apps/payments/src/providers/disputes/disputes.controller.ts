import { Get, Query } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { ApiController, type Caller, CallerOf, Endpoint, type QueryOf, checked } from '@chargemesh/service';
import type { Dispute } from './dispute.entity.js';
import { disputesList } from './disputes.list.js';
import { DisputeView } from './disputes.schema.js';

@ApiController('payments', 'disputes')
export class DisputesController {
  constructor(private readonly database: Database) {}

  @Get()
  @Endpoint({ summary: 'Payments that drivers dispute at their banks', list: disputesList, answer: DisputeView })
  list(@CallerOf() { operatorId }: Caller, @Query(checked(disputesList.query)) query: QueryOf<typeof disputesList>) {
    return this.database.transaction([operatorId], (tx) => disputesList.page(tx, operatorId, query, viewOf));
  }
}

function viewOf(dispute: Dispute): DisputeView {
  const { disputeId: id, paymentId, reference: providerReference, amount, currency, reason, status } = dispute;
  const { openedAt, evidenceDueBy } = dispute;
  return {
    ...{ id, paymentId, providerReference, amount, currency, reason, status },
    openedAt: openedAt.toISOString(),
    ...(evidenceDueBy ? { evidenceDueBy: evidenceDueBy.toISOString() } : {}),
  };
}
