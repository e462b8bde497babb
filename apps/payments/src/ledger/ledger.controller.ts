import { Get, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, type QueryOf, checked } from '@chargemesh/service';
import { LedgerEntryView } from './ledger.schema.js';
import { ledgerList } from './ledger.list.js';
import { LedgerService } from './ledger.service.js';

@ApiController('payments', 'ledger-entries')
export class LedgerController {
  constructor(private readonly ledger: LedgerService) {}

  @Get()
  @Endpoint({ summary: 'What is due for CDRs', list: ledgerList, answer: LedgerEntryView })
  list(@CallerOf() caller: Caller, @Query(checked(ledgerList.query)) query: QueryOf<typeof ledgerList>) {
    return this.ledger.list(caller, query);
  }
}
