import { Injectable } from '@nestjs/common';
import { Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import { StartRequestsStore } from '../start-requests/start-requests.store.js';
import { ConnectorStatesStore } from './connector-states.store.js';
import { FreeTimesStore } from './free-times.store.js';
import { QuarantinedStore } from './quarantined.store.js';
import { SessionsStore } from './sessions.store.js';
import { type EndSignal, isFree } from './end-evidence.js';
import { EndEvidenceStore } from './end-evidence.store.js';
import type { Decision } from './transactions.decide.js';
import { WaitingEndsStore } from './waiting-ends.store.js';
import { WaitingReadingsStore } from './waiting-readings.store.js';

/** Writes what was decided of a batch. */
@Injectable()
export class DecisionStore {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly meterValues: MeterValuesStore,
    private readonly evidence: EndEvidenceStore,
    private readonly freeTimes: FreeTimesStore,
    private readonly connectors: ConnectorStatesStore,
    private readonly quarantined: QuarantinedStore,
    private readonly waitingEnds: WaitingEndsStore,
    private readonly waitingReadings: WaitingReadingsStore,
    private readonly startRequests: StartRequestsStore,
    private readonly outbox: Outbox,
  ) {}

  /** @param signals all that the batch gave, also those that are older than what was known */
  async save(tx: Transaction, decision: Decision, signals: readonly EndSignal[]): Promise<void> {
    await this.sessions.save(tx, decision.described);
    await this.sessions.advance(tx, decision.advanced);
    await this.meterValues.add(tx, decision.samples);
    await this.evidence.save(tx, decision.endSignals);
    await this.freeTimes.add(tx, signals.filter(isFree));
    await this.connectors.save(tx, decision.connectors);
    await this.quarantined.save(tx, decision.quarantined);
    await this.waitingEnds.save(tx, decision.ends);
    await this.waitingReadings.save(tx, decision.readings);
    await this.meterValues.removeOf(tx, decision.found);
    await this.sessions.remove(tx, decision.found);
    await this.startRequests.begin(tx, decision.begun);
    await this.outbox.add(tx, decision.facts);
  }
}
