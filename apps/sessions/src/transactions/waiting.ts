/** What waits at a station until it is known whose it is. */
interface OfStation {
  readonly stationId: string;
  readonly receivedAt: Date;
}

/** What changed of what waits: what joined, and the keys of what does not wait any more. */
export interface Waited<One> {
  readonly waiting: One[];
  readonly over: string[];
}

/** What waits at the stations of a batch. */
export class Waiting<One extends OfStation> {
  private readonly all = new Map<string, One>();
  private readonly fresh = new Map<string, One>();
  private readonly over = new Set<string>();

  constructor(
    known: readonly One[],
    private readonly keyOf: (one: One) => string,
  ) {
    for (const one of known) this.all.set(keyOf(one), one);
  }

  add(one: One): void {
    const key = this.keyOf(one);
    if (this.all.has(key)) return;
    this.all.set(key, one);
    this.fresh.set(key, one);
    this.over.delete(key);
  }

  /** It is known whose it is, or somebody has dealt with it. */
  remove(key: string): void {
    this.all.delete(key);
    this.fresh.delete(key);
    this.over.add(key);
  }

  /** Those of a station, in the order in which they came. */
  of(stationId: string): One[] {
    const ofStation = [...this.all.values()].filter((one) => one.stationId === stationId);
    return ofStation.sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
  }

  changed(): Waited<One> {
    return { waiting: [...this.fresh.values()], over: [...this.over] };
  }
}
