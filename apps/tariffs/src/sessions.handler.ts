import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type SessionEvent, cdrs, sessions } from '@chargemesh/contracts';
import { Consumes } from '@chargemesh/messaging';
import { Transaction } from '@chargemesh/persistence';
import { CdrIssuer } from './billing/cdrs/cdr-issuer.service.js';
import { IssuedCdrs } from './billing/cdrs/issued.js';
import { PinsService } from './billing/pins/pins.service.js';
import type { Progress } from './billing/running-costs/running-costs.decide.js';
import { RunningCostsService } from './billing/running-costs/running-costs.service.js';
import { StationTariffsService } from './price-information/station-tariffs/station-tariffs.service.js';

/** Bills sessions, and has stations charge by the price that a session is pinned to. */
@Controller()
export class SessionsHandler {
  private readonly issued = new IssuedCdrs();

  constructor(
    private readonly pins: PinsService,
    private readonly issuer: CdrIssuer,
    private readonly costs: RunningCostsService,
    private readonly stationTariffs: StationTariffsService,
  ) {}

  /** After its own CDRs, so that nothing is billed twice that was billed before the database was restored. */
  @Consumes('tariffs', sessions, { after: [cdrs] })
  async on(@Payload() events: SessionEvent[], @Ctx() tx: Transaction): Promise<void> {
    const started = events.filter((event) => event.type === 'session-started');
    const finalized = events.filter((event) => event.type === 'session-finalized');
    const pinned = await this.pins.pin(started, tx);
    await this.stationTariffs.sessionsBegan(pinned, tx);
    await this.costs.open(pinned, tx);
    await this.costs.go(progressIn(events, finalized), tx);
    const issued = await this.issuer.issue(finalized, tx);
    await this.costs.close(issued, tx);
    await this.costs.forget(finalized, tx);
    tx.onCommit(() => this.issued.measure(finalized, issued));
  }
}

/** What running sessions went through; what is final need not be told of as running. */
function progressIn(events: readonly SessionEvent[], finalized: readonly SessionEvent[]): Progress[] {
  const over = new Set(finalized.map(({ data }) => data.sessionId));
  return events
    .filter((event) => event.type === 'session-updated' || event.type === 'session-ended')
    .filter(({ data }) => !over.has(data.sessionId));
}
