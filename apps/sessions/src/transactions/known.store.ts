import { Injectable } from '@nestjs/common';
import type { QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import { isInUse } from './connector-states.js';
import { ConnectorStatesStore } from './connector-states.store.js';
import { withoutFuture } from './no-future.js';
import { QuarantinedStore } from './quarantined.store.js';
import { type Session, keyOf } from './session.js';
import { SessionsStore } from './sessions.store.js';
import { endSignalOf } from './end-evidence.js';
import { EndEvidenceStore } from './end-evidence.store.js';
import { mayChangeSnapshot, needsSurroundings } from './snapshot.js';
import { ReferenceDataStore } from './reference-data.store.js';
import type { DecideContext } from './transactions.decide.js';
import type { UnknownEnd } from './unknown-end.js';
import type { WaitingEnd } from './waiting-ends.js';
import { WaitingEndsStore } from './waiting-ends.store.js';
import { WaitingReadingsStore } from './waiting-readings.store.js';

type Context = Omit<DecideContext, 'now' | 'newId' | 'idle' | 'quiet'>;

/** What a batch is decided on, beside the clock and the settings. */
export interface Known {
  readonly sessions: readonly Session[];
  /** What is around the sessions of which the events ask for it. */
  readonly asked: () => Promise<Context>;
  /** What is around all of them: only what is not there may be waited for, and not what was not looked up. */
  readonly all: () => Promise<Context>;
}

/** Reads what a batch of station events is seen against. */
@Injectable()
export class KnownStore {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly evidence: EndEvidenceStore,
    private readonly connectors: ConnectorStatesStore,
    private readonly quarantined: QuarantinedStore,
    private readonly waitingEnds: WaitingEndsStore,
    private readonly waitingReadings: WaitingReadingsStore,
    private readonly reference: ReferenceDataStore,
  ) {}

  /** A batch takes the same few statements however many events it has; readings of running sessions take the fewest. */
  async load(
    tx: Transaction,
    events: readonly (StationEvent | QuarantineEvent)[],
    correctableSince: Date,
  ): Promise<Known> {
    const facts = events.filter((event) => !isOfQuarantine(event));
    const kept = events.filter(isOfQuarantine);
    const { waitingEnds, quarantined } = await this.loadKept(tx, facts, kept);
    const ends = [
      ...kept.filter((event) => event.type === 'unknown-transaction-ended').map(withoutFuture),
      ...waitingEnds.map(({ event }) => event),
    ];
    const [signals, hints] = [facts.flatMap((event) => endSignalOf(event) ?? []), hintsAmong(facts)];
    const nameless = dataOf<{ stationId: string }>(kept.filter(isNameless));
    const waitingReadings = await this.waitingReadings.load(
      tx,
      stationsOf([...boundsAmong(facts), ...signals, ...dataOf(ends)]),
    );
    const read = readingsAmong([...facts, ...waitingReadings.map(({ event }) => event)]);
    const known = [
      ...(await this.sessions.load(tx, transactionsOf([...events, ...quarantined.map((data) => ({ data }))]))),
      ...(await this.sessions.unended(tx, stationsOf([...signals, ...hints, ...nameless]), correctableSince)),
      ...(await this.sessions.begunBefore(tx, read)),
      ...(await this.sessions.ranAt(tx, stationReadingsAmong(facts))),
      // Last, since they are read with their tokens.
      ...(await this.sessions.endedBy(tx, dataOf(ends), correctableSince)),
    ];
    const beliefs = await this.reference.beliefs(tx, operatorsOf(events));
    const around = async (asking: readonly Asking[]): Promise<Context> => {
      const shown = [...signals, ...hints, ...asking];
      return {
        ...(await this.reference.load(tx, asking)),
        ...{ beliefs, quarantined, waitingEnds, waitingReadings },
        connectors: await this.connectors.load(tx, stationsOf([...dataOf(ends), ...statusesAmong(facts), ...shown])),
        endSignals: await this.evidence.load(tx, stationsOf(shown)),
      };
    };
    const asking = [...askingAmong(facts, known), ...ends.map(askingOf)];
    return {
      sessions: await this.whole(known, facts, tx),
      asked: () => around(asking),
      all: () => around([...asking, ...known.map(placeOf), ...facts.map(whereabouts)]),
    };
  }

  /** Ends that wait for what starts or ends at their stations, and messages in quarantine beside them. */
  private async loadKept(
    tx: Transaction,
    facts: readonly StationEvent[],
    kept: readonly QuarantineEvent[],
  ): Promise<{ waitingEnds: WaitingEnd[]; quarantined: DecideContext['quarantined'] }> {
    const ofStations = dataOf<{ stationId: string }>(kept);
    const waitingEnds = await this.waitingEnds.load(tx, stationsOf([...boundsAmong(facts), ...ofStations]));
    const quarantined = await this.quarantined.load(tx, stationsOf([...ofStations, ...waitingEnds]));
    return { waitingEnds, quarantined };
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

/** Readings without a transaction, which may be of one that is over, and when the first and the last of each were. */
function readingsAmong(events: readonly StationEvent[]): { stationId: string; evseId: number; at: string }[] {
  return events.flatMap((event) => {
    if (event.type !== 'meter-values-received' || event.data.evseId === 0) return [];
    const { stationId, evseId, samples } = event.data;
    const times = new Set([samples[0]?.at, samples.at(-1)?.at].filter((at) => at !== undefined));
    return [...times].map((at) => ({ stationId, evseId, at }));
  });
}

/** Readings of the meter of a whole station, which may be of any that ran by then. */
function stationReadingsAmong(events: readonly StationEvent[]): { stationId: string; at: string }[] {
  return events.flatMap((event) => {
    if (event.type !== 'meter-values-received' || event.data.evseId !== 0) return [];
    const { stationId, samples } = event.data;
    return samples.map(({ at }) => ({ stationId, at }));
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

export function isOfQuarantine(event: StationEvent | QuarantineEvent): event is QuarantineEvent {
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

/** A kept message that may be of whatever runs at its station. */
function isNameless(event: QuarantineEvent): boolean {
  return event.type === 'message-quarantined' && event.data.transactionId === undefined;
}
