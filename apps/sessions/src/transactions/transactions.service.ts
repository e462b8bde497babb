import { Inject, Injectable } from '@nestjs/common';
import type { StationEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import { FreeSignsStore } from './free-signs.store.js';
import { type Session, keyOf } from './session.js';
import { SessionsStore } from './sessions.store.js';
import { isFree, signOf } from './signs.js';
import { SignsStore } from './signs.store.js';
import { needsSurroundings } from './snapshot.js';
import { SurroundingsStore } from './surroundings.store.js';
import { decide } from './transactions.decide.js';

/** Turns what stations say into sessions. */
@Injectable()
export class TransactionsService {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly meterValues: MeterValuesStore,
    private readonly signs: SignsStore,
    private readonly freeSigns: FreeSignsStore,
    private readonly surroundings: SurroundingsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  /** A batch takes the same few statements however many events it has; readings of running sessions take the fewest. */
  async apply(events: readonly StationEvent[], tx: Transaction): Promise<void> {
    const signs = events.flatMap((event) => signOf(event) ?? []);
    const named = await this.sessions.load(tx, transactionsOf(events));
    const known = [...named, ...(await this.sessions.running(tx, stationsOf(signs)))];
    const asking = askingAmong(events, known);
    const decision = decide(known, events, {
      ...(await this.surroundings.load(tx, asking)),
      beliefs: await this.surroundings.beliefs(
        tx,
        events.map(({ operatorId }) => operatorId),
      ),
      signs: await this.signs.load(tx, stationsOf([...signs, ...asking])),
      now: this.clock.now(),
      newId: () => uuidv7({ msecs: this.clock.now().getTime() }),
      idleAfterS: this.settings.IDLE_AFTER_S,
      quiet: {
        plainS: this.settings.SESSION_QUIET_S,
        gapS: this.settings.SESSION_GAP_QUIET_S,
        inferredS: this.settings.SESSION_INFERRED_QUIET_S,
        lateS: this.settings.SESSION_LATE_QUIET_S,
        lateDays: this.settings.SESSION_LATE_DAYS,
      },
    });
    await this.sessions.save(tx, decision.described);
    await this.sessions.advance(tx, decision.advanced);
    await this.meterValues.add(tx, decision.samples);
    await this.signs.save(tx, decision.signs);
    await this.freeSigns.add(tx, signs.filter(isFree));
    await this.outbox.add(tx, decision.facts);
  }
}

function transactionsOf(events: readonly StationEvent[]) {
  const found = new Map<string, { stationId: string; transactionId: string }>();
  for (const { data } of events) if ('transactionId' in data) found.set(keyOf(data), data);
  return [...found.values()];
}

function stationsOf(of: readonly { stationId: string }[]): string[] {
  return [...new Set(of.map(({ stationId }) => stationId))];
}

/** What is to be looked up for the events that need more than their session. */
function askingAmong(events: readonly StationEvent[], known: readonly Session[]) {
  const sessions = new Map(known.map((session) => [keyOf(session), session]));
  return events.flatMap((event) => {
    const { operatorId, data } = event;
    if (!('transactionId' in data) || !needsSurroundings(sessions.get(keyOf(data)), event)) return [];
    return [{ operatorId, stationId: data.stationId, tokenUid: data.idToken?.value }];
  });
}
