import type { StartIdentity } from './transaction-ids.store.js';

/** Of stations beyond this nothing counts as acknowledged, and the schema is updated again. */
const STATIONS_MAX = 100_000;

interface On {
  readonly stationId: string;
  readonly epoch: number;
}

/** Of one connection: on another process things may have changed meanwhile. */
interface Shown {
  readonly epoch: number;
  /** Starts of which the station has not shown yet that it has their answers, by connector. */
  readonly answered: Map<number, number>;
  /** Whether the schema knows that whatever ran at a connector is over; and of those that are not named. */
  readonly over: Map<number, boolean>;
  othersAreOver: boolean;
  /** Connectors (undefined: all) whose end is not yet noted in the schema. */
  readonly unnoted: Set<number | undefined>;
}

/**
 * Evidence about starts whose messages may be identical: that a start's answer has arrived, so that the station does not
 * retry it, and that its transaction is over, as far as the schema knows. Messages of a connection come in order.
 */
export class StartEvidence {
  private readonly stations = new Map<string, Shown>();

  /** A start was issued its id. */
  started(on: On, { connectorId, recursAfter }: Omit<StartIdentity, 'startKey'>, transactionId: number): void {
    const shown = this.of(on);
    if (!recursAfter) return;
    shown.answered.set(connectorId, transactionId);
    shown.over.set(connectorId, false);
  }

  /** The station reported a connector's status; returns the start that is acknowledged by it. */
  status(on: On, connectorId: number): number[] {
    const { answered } = this.of(on);
    const transactionId = answered.get(connectorId);
    answered.delete(connectorId);
    return transactionId === undefined ? [] : [transactionId];
  }

  /** The station booted; returns the starts that are acknowledged by it. */
  booted(on: On): number[] {
    const { answered } = this.of(on);
    const acknowledged = [...answered.values()];
    answered.clear();
    return acknowledged;
  }

  /** Whether the schema knows that whatever ran at the connector is over. */
  isOver(on: On, connectorId: number): boolean {
    const { over, othersAreOver } = this.of(on);
    return over.get(connectorId) ?? othersAreOver;
  }

  /** Whatever ran at these connectors is over; returns what is to be noted in the schema. */
  unnoted(on: On, ...shown: readonly (number | undefined)[]): (number | undefined)[] {
    const { unnoted } = this.of(on);
    for (const connectorId of shown) unnoted.add(connectorId);
    return [...unnoted];
  }

  /**
   * It is noted in the schema, which also knows whether anything is left to note. What a start has noted in the meantime is
   * not noted again.
   */
  over(on: On, noted: readonly (number | undefined)[], isNothingLeft: boolean): void {
    const shown = this.of(on);
    const news = noted.filter((connectorId) => shown.unnoted.delete(connectorId));
    for (const connectorId of news) if (connectorId !== undefined) shown.over.set(connectorId, true);
    if (!news.includes(undefined) && !(isNothingLeft && news.length > 0)) return;
    shown.over.clear();
    shown.othersAreOver = true;
  }

  private of({ stationId, epoch }: On): Shown {
    const known = this.stations.get(stationId);
    if (known?.epoch === epoch) return known;
    const shown = nothingOf(epoch);
    this.stations.delete(stationId);
    this.stations.set(stationId, shown);
    const [oldest] = this.stations.keys();
    if (this.stations.size > STATIONS_MAX && oldest !== undefined) this.stations.delete(oldest);
    return shown;
  }
}

function nothingOf(epoch: number): Shown {
  return { epoch, answered: new Map(), over: new Map(), othersAreOver: false, unnoted: new Set() };
}
