import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CdrEvent, cdrs } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { LedgerService } from './ledger/ledger.service.js';
import { SessionsOfPayments } from './payments/sessions-of-payments.service.js';
import { DirectPayments } from './terminals/direct-payments.service.js';

/** A CDR is an entry of the ledger, and what an ad hoc payment waits for. */
@Controller()
export class CdrsHandler {
  constructor(
    private readonly ledger: LedgerService,
    private readonly payments: SessionsOfPayments,
    private readonly direct: DirectPayments,
  ) {}

  @Consumes('payments', cdrs, { types: ['cdr-issued'] })
  async on(@Payload() events: CdrEvent[], @Ctx() tx: Transaction): Promise<void> {
    await this.ledger.record(events, tx);
    await this.direct.begin(events, tx);
    await this.payments.onCdrs(events, tx);
  }
}
