import type { ConnectorStatus, EventOf, ConnectorStatusChanged } from '@chargemesh/contracts';
import { effectiveTime, parseStationTime, saidAt } from './effective-time.js';
import { type FreeReading, tellsOfEnergy } from './free-readings.js';
import type { Session } from './session.js';

/** What a station said last of one of its connectors. */
export interface ConnectorState {
  readonly operatorId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly status: ConnectorStatus;
  /** The finer word of OCPP 1.6, where there is one. */
  readonly detail: string | null;
  readonly receivedAt: Date;
  /** When that was by the station's clock; null where it was said before that was kept. */
  readonly statedAt: Date | null;
  /** When it said last, by the station's clock, that no transaction runs. */
  readonly freeAt: Date | null;
  /** When it was said last to be occupied, and when it became available after that; null while it is not again. */
  readonly occupiedAt: Date | null;
  readonly vacatedAt: Date | null;
  /** What it said that no session took, in the order of the station's times: the start may come after it. */
  readonly words: readonly ConnectorWord[];
  /** What was read last of its EVSE while that was free. */
  readonly freeReading: FreeReading | null;
}

/** A word of OCPP 1.6 for a connector. */
export interface ConnectorWord {
  readonly detail: string;
  readonly at: string;
  readonly receivedAt: string;
}

/** As many words wait for their start: a station that never tells of transactions says as many in a day or two. */
const WORDS_MAX = 50;

const IN_USE: ReadonlySet<string> = new Set(['Charging', 'SuspendedEV', 'SuspendedEVSE', 'Occupied']);
/** Words for a connector at which no transaction runs. OCPP 1.6 says Preparing, too, of one that was begun before its car came. */
const FREE: ReadonlySet<string> = new Set(['Available', 'Preparing', 'Reserved']);
/** A station may say that it charges a little before it tells of the start. */
const BEFORE_START_MS = 60_000;

interface Evse {
  readonly stationId: string;
  readonly evseId: number;
}

/** The states of a batch, in its order, and those that were known before. */
export class ConnectorStates {
  private readonly states = new Map<string, ConnectorState>();
  private readonly fresh = new Map<string, ConnectorState>();

  constructor(known: readonly ConnectorState[]) {
    for (const state of known) this.states.set(placeOf(state), state);
  }

  add({ operatorId, data }: EventOf<typeof ConnectorStatusChanged>): void {
    const { stationId, evseId, connectorId, status, detail = null } = data;
    // EVSE 0 is the station itself.
    if (evseId === 0) return;
    const receivedAt = parseStationTime(data.receivedAt);
    const known = this.states.get(placeOf(data));
    if (known && known.receivedAt > receivedAt) return;
    const at = effectiveTime(parseStationTime(data.at), receivedAt);
    const freeAt = FREE.has(detail ?? status) ? at : (known?.freeAt ?? null);
    const of = { operatorId, stationId, evseId, connectorId };
    const { words = [], freeReading = null } = known ?? {};
    const kept = { ...useOf(known, status, at), words, freeReading };
    const state = { ...of, status, detail, receivedAt, statedAt: at, freeAt, ...kept };
    this.put(state);
  }

  /** Keeps a word that no session took: what says that the connector is free only after one that says otherwise. */
  keep({ data: { detail, at, receivedAt, ...place } }: EventOf<typeof ConnectorStatusChanged>): void {
    const state = this.states.get(placeOf(place));
    if (!state || detail === undefined || (state.words.length === 0 && FREE.has(detail))) return;
    // A clock that is ahead puts no word behind all others for good.
    const words = [...state.words, { detail, at, receivedAt }].sort(
      (a, b) => saidAt(a).getTime() - saidAt(b).getTime(),
    );
    this.put({ ...state, words: words.slice(-WORDS_MAX) });
  }

  /** What waits at the connector of a session, and the last that it said, whoever took that. */
  waiting(session: Session): ConnectorWord[] {
    const state = this.of(session);
    if (!state) return [];
    const { words, detail, statedAt, receivedAt } = state;
    if (!statedAt || !detail) return [...words];
    return [...words, { detail, at: statedAt.toISOString(), receivedAt: receivedAt.toISOString() }];
  }

  /** What a session took waits no longer. */
  taken(session: Session, taken: ReadonlySet<ConnectorWord>): void {
    const state = this.of(session);
    const words = state?.words.filter((word) => !taken.has(word));
    if (state && words && words.length < state.words.length) this.put({ ...state, words });
  }

  /** The connector of a session; that of a station that names none is the first. */
  private of({ stationId, evseId, connectorId }: Session): ConnectorState | undefined {
    return evseId === null ? undefined : this.states.get(placeOf({ stationId, evseId, connectorId: connectorId ?? 1 }));
  }

  private put(state: ConnectorState): void {
    this.states.set(placeOf(state), state);
    this.fresh.set(placeOf(state), state);
  }

  changed(): ConnectorState[] {
    return [...this.fresh.values()];
  }

  /** Whether the last that the connector of a session said, since it began, is that a car is served or may be again. */
  inUse(session: Session): boolean {
    const state = this.sinceStart(session);
    return state !== undefined && isInUse(state);
  }

  /** The same by a word for a transaction: that of OCPP 2.x tells of a cable only. */
  charges(session: Session): boolean {
    return this.inUse(session) && this.sinceStart(session)?.detail !== null;
  }

  /** The last that the connector of a session said since it began. */
  private sinceStart(session: Session): ConnectorState | undefined {
    const { startedAt } = session;
    const state = this.of(session);
    if (startedAt === null) return undefined;
    // A cable that is in stays so until it is said not to be, however long before a card was shown.
    const isOfCable = state?.detail === null && state.status === 'Occupied';
    return state && (isOfCable || state.receivedAt.getTime() >= startedAt.getTime() - BEFORE_START_MS)
      ? state
      : undefined;
  }

  /** Whether the connector of a session has said, between its last register and that moment, that no transaction runs. */
  freeSince(session: Session, at: Date): boolean {
    const readAt = session.walks[session.series]?.at;
    const freeAt = this.of(session)?.freeAt;
    return readAt !== undefined && freeAt != null && freeAt.getTime() > readAt && freeAt <= at;
  }

  /** Whether all that is known of an EVSE is that it is free, since before some moment. */
  isFreeSince({ stationId, evseId }: Evse, at: Date): boolean {
    const states = this.ofEvse({ stationId, evseId });
    return (
      states.length > 0 && states.every(({ status, statedAt }) => status === 'Available' && statedAt && statedAt <= at)
    );
  }

  /** What was read last of an EVSE while it was free. */
  freeReading(evse: Evse): FreeReading | null {
    return this.ofEvse(evse).find(({ freeReading }) => freeReading !== null)?.freeReading ?? null;
  }

  keepFreeReading(evse: Evse, freeReading: FreeReading): void {
    for (const state of this.ofEvse(evse)) this.put({ ...state, freeReading });
  }

  private ofEvse({ stationId, evseId }: Evse): ConnectorState[] {
    return [...this.states.values()].filter((state) => state.stationId === stationId && state.evseId === evseId);
  }

  /** Connectors of a station in use: Preparing, Charging, suspended or Finishing, which 2.x calls Occupied. */
  occupied(stationId: string): ConnectorState[] {
    return [...this.states.values()].filter((state) => state.stationId === stationId && state.status === 'Occupied');
  }
}

function useOf(
  { occupiedAt = null, vacatedAt = null }: Partial<ConnectorState> = {},
  status: ConnectorStatus,
  at: Date,
): Pick<ConnectorState, 'occupiedAt' | 'vacatedAt'> {
  if (status === 'Occupied') return { occupiedAt: at, vacatedAt: null };
  return { occupiedAt, vacatedAt: vacatedAt ?? (status === 'Available' && occupiedAt ? at : null) };
}

/** Whether a word says that no transaction runs. */
export function isFreeWord({ detail }: Pick<ConnectorWord, 'detail'>): boolean {
  return FREE.has(detail);
}

/**
 * What is read by the clock is read each day at least; as long as this an outage may last after which sessions are still told by themselves. What was
 * read before that says nothing of now: the meter may be gone.
 */
const READ_WITHIN_MS = 30 * 86_400_000;

/** Whether the meter at the EVSE of a session was read while that was free, not long before it. */
export function isReadWhileFree(
  states: readonly ConnectorState[],
  { stationId, evseId, startReceivedAt }: Session,
): boolean {
  const since = (startReceivedAt?.getTime() ?? 0) - READ_WITHIN_MS;
  return states.some(
    (state) =>
      state.stationId === stationId &&
      state.evseId === evseId &&
      state.freeReading !== null &&
      parseStationTime(state.freeReading.receivedAt).getTime() >= since &&
      tellsOfEnergy(state.freeReading),
  );
}

/** OCPP 2.x has one word for all of it. */
export function isInUse({ status, detail }: { status: ConnectorStatus; detail?: string | null | undefined }): boolean {
  return IN_USE.has(detail ?? status);
}

function placeOf({
  stationId,
  evseId,
  connectorId,
}: Pick<ConnectorState, 'stationId' | 'evseId' | 'connectorId'>): string {
  return `${stationId}/${evseId}/${connectorId}`;
}
