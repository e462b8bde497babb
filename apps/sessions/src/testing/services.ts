import { jest } from '@jest/globals';
import { Outbox } from '@chargemesh/messaging';
import { type Clock, Schedule } from '@chargemesh/service';
import type { TestDatabase } from '@chargemesh/testing';
import { CasesStore } from '../finalization/cases.store.js';
import { ContextStore } from '../finalization/context.store.js';
import { FinalizationService } from '../finalization/finalization.service.js';
import { MeterKeysStore } from '../finalization/meter-keys.store.js';
import { BesideStore } from '../finalization/beside.store.js';
import { NeighboursStore } from '../finalization/neighbours.store.js';
import { PlacesStore } from '../finalization/places.store.js';
import { ProofsStore } from '../finalization/proofs.store.js';
import { ReopeningStore } from '../finalization/reopening.store.js';
import { UnstartedStore } from '../finalization/unstarted.store.js';
import { SamplesStore } from '../finalization/samples.store.js';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import { RemoteStore } from '../commands/remote.store.js';
import { StartRequestsStore } from '../start-requests/start-requests.store.js';
import { ConnectorStatesStore } from '../transactions/connector-states.store.js';
import { DecisionStore } from '../transactions/decision.store.js';
import { FreeTimesStore } from '../transactions/free-times.store.js';
import { KnownStore } from '../transactions/known.store.js';
import { LostTransactions } from '../transactions/lost-transactions.service.js';
import { QuarantinedStore } from '../transactions/quarantined.store.js';
import { SessionsStore } from '../transactions/sessions.store.js';
import { EndEvidenceStore } from '../transactions/end-evidence.store.js';
import { ReferenceDataStore } from '../transactions/reference-data.store.js';
import { TransactionsService } from '../transactions/transactions.service.js';
import { WaitingEndsStore } from '../transactions/waiting-ends.store.js';
import { WaitingReadingsStore } from '../transactions/waiting-readings.store.js';
import { settings } from './settings.js';

/** What turns facts into sessions and makes those final, on a database. */
export function servicesOn({ database }: TestDatabase, clock: Clock, logger = silentLogger()) {
  const outbox = new Outbox('sessions', () => undefined);
  const [sessions, meterValues, starts] = [new SessionsStore(), new MeterValuesStore(), new StartRequestsStore()];
  const around = new ReferenceDataStore(starts);
  const [freeTimes, proofs, connectors] = [new FreeTimesStore(), new ProofsStore(), new ConnectorStatesStore()];
  const [signals, quarantined, waiting] = [new EndEvidenceStore(), new QuarantinedStore(), new WaitingEndsStore()];
  const readings = new WaitingReadingsStore();
  const known = new KnownStore(sessions, signals, connectors, quarantined, waiting, readings, around);
  const decisions = new DecisionStore(
    ...([
      sessions,
      meterValues,
      signals,
      freeTimes,
      connectors,
      quarantined,
      waiting,
      readings,
      starts,
      outbox,
    ] as const),
  );
  const schedule = new Schedule(database, clock, logger as never, 'sessions');
  const transactions = new TransactionsService(known, decisions, new RemoteStore(), clock, schedule, settings);
  const neighbours = [new NeighboursStore(), new BesideStore(meterValues), new UnstartedStore()] as const;
  const context = new ContextStore(new MeterKeysStore(), proofs, around, freeTimes, ...neighbours, connectors);
  const places = new PlacesStore(around, connectors);
  const cases = new CasesStore(
    sessions,
    new SamplesStore(meterValues),
    context,
    places,
    proofs,
    new ReopeningStore(),
    outbox,
  );
  const finalization = new FinalizationService(database, cases, clock, schedule, settings, logger);
  const lost = new LostTransactions(database, readings, sessions, meterValues, clock, schedule, settings);
  return { transactions, finalization, lost, sessions, places, context };
}

function silentLogger() {
  return { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
}
