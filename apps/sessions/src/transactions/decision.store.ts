import { Injectable } from '@nestjs/common';
import { Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import { ConnectorStatesStore } from './connector-states.store.js';
import { FreeSignsStore } from './free-signs.store.js';
import { QuarantinedStore } from './quarantined.store.js';
import { SessionsStore } from './sessions.store.js';
import { type Sign, isFree } from './signs.js';
import { SignsStore } from './signs.store.js';
import type { Decision } from './transactions.decide.js';
import { WaitingEndsStore } from './waiting-ends.store.js';
import { WaitingReadingsStore } from './waiting-readings.store.js';

/** Writes what was decided of a batch. */
@Injectable()
export class DecisionStore {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly meterValues: MeterValuesStore,
    private readonly signs: SignsStore,
    private readonly freeSigns: FreeSignsStore,
    private readonly connectors: ConnectorStatesStore,
    private readonly quarantined: QuarantinedStore,
    private readonly waitingEnds: WaitingEndsStore,
    private readonly waitingReadings: WaitingReadingsStore,
    private readonly outbox: Outbox,
  ) {}

  /** @param signs all that the batch gave, also those that are older than what was known */
  async save(tx: Transaction, decision: Decision, signs: readonly Sign[]): Promise<void> {
    await this.sessions.save(tx, decision.described);
    await this.sessions.advance(tx, decision.advanced);
    await this.meterValues.add(tx, decision.samples);
    await this.signs.save(tx, decision.signs);
    await this.freeSigns.add(tx, signs.filter(isFree));
    await this.connectors.save(tx, decision.connectors);
    await this.quarantined.save(tx, decision.quarantined);
    await this.waitingEnds.save(tx, decision.ends);
    await this.waitingReadings.save(tx, decision.readings);
    await this.outbox.add(tx, decision.facts);
  }
}
