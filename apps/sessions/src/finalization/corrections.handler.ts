import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type CdrCorrectionRequestedEvent, cdrs } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { SessionsStore } from '../transactions/sessions.store.js';

/** Has final sessions looked at again when an operator wants their bill corrected. */
@Controller()
export class CorrectionsHandler {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly clock: Clock,
  ) {}

  @Consumes('sessions', cdrs, {
    types: ['cdr-correction-requested'],
    lockBy: ({ data }) => String(data['stationId']),
  })
  on(@Payload() events: CdrCorrectionRequestedEvent[], @Ctx() tx: Transaction): Promise<void> {
    const sessionIds = events.map(({ data }) => data.sessionId);
    return this.sessions.reopen(tx, sessionIds, this.clock.now());
  }
}
