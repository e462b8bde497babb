import { Inject, Injectable } from '@nestjs/common';
import type { QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import { DependencyMissing, Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { SESSIONS_SETTINGS, type SessionsSettings } from '../config.js';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import { FreeSignsStore } from './free-signs.store.js';
import { isInUse } from './connector-states.js';
import { ConnectorStatesStore } from './connector-states.store.js';
import { keepable } from './keepable.js';
import { withoutFuture } from './no-future.js';
import { QuarantinedStore } from './quarantined.store.js';
import { type Session, keyOf } from './session.js';
import { sessionIdOf } from './session-id.js';
import { SessionsStore } from './sessions.store.js';
import { isFree, signOf } from './signs.js';
import { SignsStore } from './signs.store.js';
import { mayChangeSnapshot, needsSurroundings } from './snapshot.js';
import { SurroundingsStore } from './surroundings.store.js';
import { WaitingEndsStore } from './waiting-ends.store.js';
import type { UnknownEnd } from './unknown-end.js';
import { type Decision, decide } from './transactions.decide.js';

/** Turns what stations say into sessions. */
@Injectable()
export class TransactionsService {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly meterValues: MeterValuesStore,
    private readonly signs: SignsStore,
    private readonly freeSigns: FreeSignsStore,
    private readonly connectors: ConnectorStatesStore,
    private readonly quarantined: QuarantinedStore,
    private readonly waitingEnds: WaitingEndsStore,
    private readonly surroundings: SurroundingsStore,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(SESSIONS_SETTINGS) private readonly settings: SessionsSettings,
  ) {}

  /** A batch takes the same few statements however many events it has; readings of running sessions take the fewest. */
  async apply(given: readonly (StationEvent | QuarantineEvent)[], tx: Transaction): Promise<void> {
    const events = given.map((event) => (isOfQuarantine(event) ? event : keepable(event)));
    const facts = events.filter((event) => !isOfQuarantine(event));
    const kept = events.filter(isOfQuarantine);
    const waitingEnds = await this.waitingEnds.load(
      tx,
      stationsOf([...boundsAmong(facts), ...dataOf<{ stationId: string }>(kept)]),
    );
    const ends = [
      ...kept.filter((event) => event.type === 'unknown-transaction-ended').map(withoutFuture),
      ...waitingEnds.map(({ event }) => event),
    ];
    const signs = facts.flatMap((event) => signOf(event) ?? []);
    const hints = hintsAmong(facts);
    const quarantined = await this.quarantined.load(
      tx,
      stationsOf([...dataOf<{ stationId: string }>(kept), ...waitingEnds]),
    );
    const known = [
      ...(await this.sessions.load(tx, transactionsOf([...events, ...quarantined.map((data) => ({ data }))]))),
      ...(await this.sessions.unended(tx, stationsOf([...signs, ...hints]))),
      // Last, since they are read with their tokens.
      ...(await this.sessions.endedBy(tx, dataOf(ends))),
    ];
    const beliefs = await this.surroundings.beliefs(tx, operatorsOf(events));
    const whole = await this.whole(known, facts, tx);
    const decideWith = async (asking: readonly Asking[]): Promise<Decision> =>
      decide(whole, events, {
        ...(await this.surroundings.load(tx, asking)),
        ...{ beliefs, quarantined, waitingEnds },
        connectors: await this.connectors.load(
          tx,
          stationsOf([...dataOf(ends), ...statusesAmong(facts), ...signs, ...hints, ...asking]),
        ),
        signs: await this.signs.load(tx, stationsOf([...signs, ...hints, ...asking])),
        ...this.rules(),
      });
    const asking = [...askingAmong(facts, known), ...ends.map(askingOf)];
    const decision = await decideWith(asking).catch((error: unknown) => {
      if (!(error instanceof DependencyMissing)) throw error;
      // Only what is not there may be waited for, and not what was not looked up.
      return decideWith([...asking, ...known.map(placeOf), ...facts.map(whereabouts)]);
    });
    await this.save(tx, decision);
    await this.freeSigns.add(tx, signs.filter(isFree));
  }

  /** Those whose snapshot an event may change are read with it. */
  private async whole(known: readonly Session[], events: readonly StationEvent[], tx: Transaction): Promise<Session[]> {
    const sessions = new Map(known.map((session) => [keyOf(session), session]));
    const changing = events.flatMap((event) => {
      const session = 'transactionId' in event.data ? sessions.get(keyOf(event.data)) : undefined;
      return session && session.status !== 'pending' && mayChangeSnapshot(session, event) ? [session.sessionId] : [];
    });
    if (changing.length === 0) return [...known];
    return [...known, ...(await this.sessions.loadWhole(tx, [...new Set(changing)]))];
  }

  private rules() {
    const { settings, clock } = this;
    return {
      now: clock.now(),
      newId: sessionIdOf,
      idle: { afterS: settings.IDLE_AFTER_S, powerW: settings.IDLE_POWER_W },
      quiet: {
        plainS: settings.SESSION_QUIET_S,
        gapS: settings.SESSION_GAP_QUIET_S,
        inferredS: settings.SESSION_INFERRED_QUIET_S,
        lateS: settings.SESSION_LATE_QUIET_S,
        lateDays: settings.SESSION_LATE_DAYS,
      },
    };
  }

  private async save(tx: Transaction, decision: Decision): Promise<void> {
    await this.sessions.save(tx, decision.described);
    await this.sessions.advance(tx, decision.advanced);
    await this.meterValues.add(tx, decision.samples);
    await this.signs.save(tx, decision.signs);
    await this.connectors.save(tx, decision.connectors);
    await this.quarantined.save(tx, decision.quarantined);
    await this.waitingEnds.save(tx, decision.ends);
    await this.outbox.add(tx, decision.facts);
  }
}

/** What begins or ends a transaction. */
function boundsAmong(events: readonly StationEvent[]): { stationId: string }[] {
  return events.flatMap(({ type, data }) =>
    type === 'transaction-started' || type === 'transaction-ended' ? [data] : [],
  );
}

/** What shows that a session may go on which something seemed to end, or belongs to one without naming it. */
function hintsAmong(events: readonly StationEvent[]): { stationId: string }[] {
  return events.flatMap((event): { stationId: string }[] => {
    if (event.type === 'meter-values-received') return [event.data];
    return event.type === 'connector-status-changed' && isInUse(event.data) ? [event.data] : [];
  });
}

function statusesAmong(events: readonly StationEvent[]): { stationId: string }[] {
  return events.flatMap((event) => (event.type === 'connector-status-changed' ? [event.data] : []));
}

function dataOf<Data>(of: readonly { data: Data }[]): Data[] {
  return of.map(({ data }) => data);
}

function operatorsOf(of: readonly { operatorId: string }[]): string[] {
  return of.map(({ operatorId }) => operatorId);
}

function isOfQuarantine(event: StationEvent | QuarantineEvent): event is QuarantineEvent {
  return 'quarantineId' in event.data;
}

function transactionsOf(of: readonly { data: { stationId: string; transactionId?: string } }[]) {
  const found = new Map<string, { stationId: string; transactionId: string }>();
  for (const { data } of of) {
    const { stationId, transactionId } = data;
    if (transactionId !== undefined) found.set(keyOf({ stationId, transactionId }), { stationId, transactionId });
  }
  return [...found.values()];
}

function askingOf({ operatorId, data }: UnknownEnd): Asking {
  return { operatorId, stationId: data.stationId, tokenUid: data.idToken?.value };
}

/** A station, and a token if one is named, that is looked up. */
interface Asking {
  readonly operatorId: string;
  readonly stationId: string;
  readonly tokenUid: string | undefined;
}

function placeOf({ operatorId, stationId }: Session): Asking {
  return { operatorId, stationId, tokenUid: undefined };
}

function whereabouts({ operatorId, data }: StationEvent): Asking {
  const tokenUid = 'idToken' in data ? data.idToken?.value : undefined;
  return { operatorId, stationId: data.stationId, tokenUid };
}

function stationsOf(of: readonly { stationId: string }[]): string[] {
  return [...new Set(of.map(({ stationId }) => stationId))];
}

/** What is to be looked up for the events that need more than their session. */
function askingAmong(events: readonly StationEvent[], known: readonly Session[]): Asking[] {
  const sessions = new Map(known.map((session) => [keyOf(session), session]));
  return events.flatMap((event) => {
    if (!('transactionId' in event.data)) return [];
    return needsSurroundings(sessions.get(keyOf(event.data)), event) ? [whereabouts(event)] : [];
  });
}
