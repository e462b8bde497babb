import type { Place, UnknownEnd } from './unknown-end.js';

/** An end of which nobody knows yet whose it is, and the connectors that were in use when it came. */
export interface WaitingEnd {
  readonly quarantineId: string;
  readonly operatorId: string;
  readonly stationId: string;
  readonly receivedAt: Date;
  readonly event: UnknownEnd;
  readonly occupied: readonly Place[];
}

/** The waiting ends of a batch's stations. */
export class WaitingEnds {
  private readonly ends = new Map<string, WaitingEnd>();
  private readonly fresh = new Map<string, WaitingEnd>();
  private readonly over = new Set<string>();

  constructor(known: readonly WaitingEnd[]) {
    for (const end of known) this.ends.set(end.quarantineId, end);
  }

  add(end: WaitingEnd): void {
    const { quarantineId } = end;
    if (this.ends.has(quarantineId)) return;
    this.ends.set(quarantineId, end);
    this.fresh.set(quarantineId, end);
    this.over.delete(quarantineId);
  }

  /** It is known whose it is, or somebody has dealt with it. */
  remove(quarantineId: string): void {
    this.ends.delete(quarantineId);
    this.fresh.delete(quarantineId);
    this.over.add(quarantineId);
  }

  /** Those of a station, in the order in which they came. */
  of(stationId: string): WaitingEnd[] {
    const ofStation = [...this.ends.values()].filter((end) => end.stationId === stationId);
    return ofStation.sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
  }

  changed(): { waiting: WaitingEnd[]; over: string[] } {
    return { waiting: [...this.fresh.values()], over: [...this.over] };
  }
}
