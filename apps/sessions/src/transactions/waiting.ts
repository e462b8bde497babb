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
  private readonly all = new Map<string, Map<string, One>>();
  private readonly fresh = new Map<string, One>();
  private readonly over = new Set<string>();

  constructor(
    known: readonly One[],
    private readonly keyOf: (one: One) => string,
  ) {
    for (const one of known) this.put(one);
  }

  add(one: One): void {
    if (!this.all.get(one.stationId)?.has(this.keyOf(one))) this.replace(one);
  }

  /** A part of it waits on. */
  replace(one: One): void {
    this.put(one);
    this.fresh.set(this.keyOf(one), one);
    this.over.delete(this.keyOf(one));
  }

  /** It is known whose it is, or somebody has dealt with it. */
  remove(key: string): void {
    for (const ofStation of this.all.values()) ofStation.delete(key);
    this.fresh.delete(key);
    this.over.add(key);
  }

  /** Those of a station, in the order in which they came. */
  of(stationId: string): One[] {
    const ofStation = [...(this.all.get(stationId)?.values() ?? [])];
    return ofStation.sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
  }

  private put(one: One): void {
    const ofStation = this.all.get(one.stationId) ?? new Map<string, One>();
    this.all.set(one.stationId, ofStation.set(this.keyOf(one), one));
  }

  changed(): Waited<One> {
    return { waiting: [...this.fresh.values()], over: [...this.over] };
  }
}
