import { Inject, Injectable } from '@nestjs/common';
import type { StationEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import { SessionsStore } from './sessions.store.js';
import { SurroundingsStore } from './surroundings.store.js';
import { decide } from './transactions.decide.js';

/** Turns what stations say into sessions. */
@Injectable()
export class TransactionsService {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly meterValues: MeterValuesStore,
    private readonly surroundings: SurroundingsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  async apply(events: readonly StationEvent[], tx: Transaction): Promise<void> {
    const known = await this.sessions.load(tx, transactionsOf(events), reconciledStations(events));
    const around = await this.surroundings.load(tx, startsOf(events));
    const { changed, samples, facts } = decide(known, events, {
      ...around,
      newId: () => uuidv7({ msecs: this.clock.now().getTime() }),
      quiet: {
        plainS: this.settings.SESSION_QUIET_S,
        gapS: this.settings.SESSION_GAP_QUIET_S,
        inferredS: this.settings.SESSION_INFERRED_QUIET_S,
      },
    });
    await this.sessions.save(tx, changed);
    await this.meterValues.add(tx, samples);
    await this.outbox.add(tx, facts);
  }
}

function transactionsOf(events: readonly StationEvent[]) {
  const found = new Map<string, { stationId: string; transactionId: string }>();
  for (const { data } of events) {
    if (!('transactionId' in data)) continue;
    const { stationId, transactionId } = data;
    found.set(`${stationId}/${transactionId}`, { stationId, transactionId });
  }
  return [...found.values()];
}

/** Stations at which something may show that a running session is over. */
function reconciledStations(events: readonly StationEvent[]): string[] {
  const telling = events.filter(
    (event) =>
      event.type === 'transaction-started' ||
      event.type === 'station-booted' ||
      (event.type === 'connector-status-changed' && event.data.status === 'Available'),
  );
  return [...new Set(telling.map(({ data }) => data.stationId))];
}

function startsOf(events: readonly StationEvent[]) {
  return events
    .filter((event) => event.type === 'transaction-started')
    .map(({ operatorId, data }) => ({ operatorId, stationId: data.stationId, tokenUid: data.idToken?.value }));
}
