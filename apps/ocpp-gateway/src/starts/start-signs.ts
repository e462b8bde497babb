import type { Recurrence, StartClaim } from './starts.store.js';

/** More stations than this are not remembered; what a forgotten one showed counts as not shown. */
const STATIONS_MAX = 100_000;

interface On {
  readonly stationId: string;
  readonly epoch: number;
}

interface Shown {
  /** What came since something started at a connector: nothing, a status that says that it is free, or a boot. */
  readonly since: Map<number, Recurrence | undefined>;
  bootedSince: boolean;
  /** Starts of a connection of which the station has not shown yet that it has their answers, by connector. */
  epoch: number;
  readonly answered: Map<number, number>;
}

/**
 * What stations have shown of starts that may not be told apart by what they say: that a start's answer arrived, for then
 * it is not sent again; and that it is over. Messages of a connection come in order.
 */
export class StartSigns {
  private readonly stations = new Map<string, Shown>();

  /** A start was given its id. */
  started(on: On, { connectorId, recursAfter }: Omit<StartClaim, 'startKey'>, transactionId: number): void {
    const shown = this.of(on);
    shown.since.set(connectorId, undefined);
    if (recursAfter) shown.answered.set(connectorId, transactionId);
  }

  /** What has shown that whatever ran at the connector is over. */
  overSince({ stationId }: On, connectorId: number): Recurrence | undefined {
    const shown = this.stations.get(stationId);
    if (shown?.since.has(connectorId)) return shown.since.get(connectorId);
    return shown?.bootedSince ? 'boot' : undefined;
  }

  /** The station told a connector's status; gives the start that is acknowledged by it. */
  status(on: On, connectorId: number, isFree: boolean): number[] {
    const shown = this.of(on);
    if (isFree && !this.overSince(on, connectorId)) shown.since.set(connectorId, 'end');
    const transactionId = shown.answered.get(connectorId);
    shown.answered.delete(connectorId);
    return transactionId === undefined ? [] : [transactionId];
  }

  /** The station booted; gives the starts that are acknowledged by it. */
  booted(on: On): number[] {
    const shown = this.of(on);
    shown.since.clear();
    shown.bootedSince = true;
    const acknowledged = [...shown.answered.values()];
    shown.answered.clear();
    return acknowledged;
  }

  private of({ stationId, epoch }: On): Shown {
    const shown = this.stations.get(stationId) ?? { since: new Map(), bootedSince: false, epoch, answered: new Map() };
    this.stations.delete(stationId);
    this.stations.set(stationId, shown);
    // What comes by another connection does not show that an answer arrived by this one.
    if (shown.epoch !== epoch) shown.answered.clear();
    shown.epoch = epoch;
    const [oldest] = this.stations.keys();
    if (this.stations.size > STATIONS_MAX && oldest !== undefined) this.stations.delete(oldest);
    return shown;
  }
}
