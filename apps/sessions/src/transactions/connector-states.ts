import type { ConnectorStatus, EventOf, ConnectorStatusChanged } from '@chargemesh/contracts';
import { moment } from './effective-time.js';

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
    const state = { operatorId, stationId, evseId, connectorId, status, detail, receivedAt: moment(data.receivedAt) };
    const known = this.states.get(placeOf(state));
    if (known && known.receivedAt > state.receivedAt) return;
    this.states.set(placeOf(state), state);
    this.fresh.set(placeOf(state), state);
  }

  changed(): ConnectorState[] {
    return [...this.fresh.values()];
  }

  /** Connectors of a station in use: Preparing, Charging, suspended or Finishing, which 2.x calls Occupied. */
  occupied(stationId: string): ConnectorState[] {
    return [...this.states.values()].filter((state) => state.stationId === stationId && state.status === 'Occupied');
  }
}

function placeOf({ stationId, evseId, connectorId }: ConnectorState): string {
  return `${stationId}/${evseId}/${connectorId}`;
}
