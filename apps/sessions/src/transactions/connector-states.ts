import type { ConnectorStatus, EventOf, ConnectorStatusChanged } from '@chargemesh/contracts';
import { effectiveTime, moment } from './effective-time.js';
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
}

const IN_USE: ReadonlySet<string> = new Set(['Charging', 'SuspendedEV', 'SuspendedEVSE', 'Occupied']);
/** Words for a connector at which no transaction runs. OCPP 1.6 says Preparing, too, of one that was begun before its car came. */
const FREE: ReadonlySet<string> = new Set(['Available', 'Preparing', 'Reserved']);
/** A station may say that it charges a little before it tells of the start. */
const BEFORE_START_MS = 60_000;

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
    const receivedAt = moment(data.receivedAt);
    const known = this.states.get(placeOf(data));
    if (known && known.receivedAt > receivedAt) return;
    const at = effectiveTime(moment(data.at), receivedAt);
    const freeAt = FREE.has(detail ?? status) ? at : (known?.freeAt ?? null);
    const of = { operatorId, stationId, evseId, connectorId };
    const state = { ...of, status, detail, receivedAt, statedAt: at, freeAt, ...useOf(known, status, at) };
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
  sinceStart({ stationId, evseId, connectorId, startedAt }: Session): ConnectorState | undefined {
    if (evseId === null || startedAt === null) return undefined;
    const state = this.states.get(placeOf({ stationId, evseId, connectorId: connectorId ?? 1 }));
    return state && state.receivedAt.getTime() >= startedAt.getTime() - BEFORE_START_MS ? state : undefined;
  }

  /** Whether the connector of a session has said, between its last register and that moment, that no transaction runs. */
  freeSince({ stationId, evseId, connectorId, walks, series }: Session, at: Date): boolean {
    const readAt = walks[series]?.at;
    if (evseId === null || readAt === undefined) return false;
    const freeAt = this.states.get(placeOf({ stationId, evseId, connectorId: connectorId ?? 1 }))?.freeAt;
    return freeAt !== null && freeAt !== undefined && freeAt.getTime() > readAt && freeAt <= at;
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
