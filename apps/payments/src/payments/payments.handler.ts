import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type SessionCostEvent, type SessionEvent, sessionCosts, sessions, startResults } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { EvsesInUse } from '../projections/evses-in-use.js';
import { DirectPayments } from '../terminals/direct-payments.service.js';
import type { StartResult } from './happened.js';
import { SessionsOfPayments } from './sessions-of-payments.service.js';

/** What becomes of what payments asked for, in sessions and tariffs. CDRs are heard beside the ledger. */
@Controller()
export class PaymentsHandler {
  constructor(
    private readonly sessions: SessionsOfPayments,
    private readonly inUse: EvsesInUse,
    private readonly direct: DirectPayments,
  ) {}

  @Consumes('payments', startResults)
  onResults(@Payload() results: StartResult[], @Ctx() tx: Transaction): Promise<void> {
    return this.sessions.onResults(results, tx);
  }

  @Consumes('payments', sessions, { types: ['session-started', 'session-ended', 'session-finalized', 'session-held'] })
  async onSessions(@Payload() events: SessionEvent[], @Ctx() tx: Transaction): Promise<void> {
    await this.inUse.apply(events, tx);
    await this.direct.begin(events, tx);
    await this.sessions.onSessions(events, tx);
  }

  @Consumes('payments', sessionCosts)
  onCosts(@Payload() costs: SessionCostEvent[], @Ctx() tx: Transaction): Promise<void> {
    return this.sessions.onCosts(costs, tx);
  }
}
