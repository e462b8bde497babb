import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CdrEvent, cdrs } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { LedgerService } from './ledger.service.js';

@Controller()
export class LedgerHandler {
  constructor(private readonly ledger: LedgerService) {}

  @Consumes('payments', cdrs, { types: ['cdr-issued'] })
  on(@Payload() events: CdrEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.ledger.record(events, tx);
  }
}
