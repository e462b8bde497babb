import { isTransient } from '@chargemesh/persistence';

/** Of one station: it runs a few transactions at once, and a mistaken one repeats itself. */
const IDS_MAX = 50;
const STATIONS_MAX = 20_000;

/** A connection of a station: by another one its ids may have been issued by another process meanwhile. */
interface On {
  readonly stationId: string;
  readonly epoch: number;
}

interface Known {
  readonly epoch: number;
  readonly ids: Map<number, boolean>;
}

/** Which transaction ids stations were issued, as far as it was looked up; bounded, the oldest are forgotten. */
export class IssuedIds {
  private readonly stations = new Map<string, Known>();

  /**
   * Whether the station was issued the id.
   * @param look asks for one that is not known; while nobody can be asked, the id counts as issued, and is asked for again
   */
  async has(on: On, transactionId: number, look: () => Promise<boolean>): Promise<boolean> {
    const known = this.of(on).get(transactionId);
    if (known !== undefined) return known;
    try {
      const isIssued = await look();
      keep(this.of(on), transactionId, isIssued, IDS_MAX);
      return isIssued;
    } catch (error) {
      if (!isTransient(error)) throw error;
      return true;
    }
  }

  /** The station was issued the id now. */
  add(on: On, transactionId: number): void {
    keep(this.of(on), transactionId, true, IDS_MAX);
  }

  private of({ stationId, epoch }: On): Map<number, boolean> {
    const known = this.stations.get(stationId);
    if (known?.epoch === epoch) return known.ids;
    const ids = new Map<number, boolean>();
    keep(this.stations, stationId, { epoch, ids }, STATIONS_MAX);
    return ids;
  }
}

function keep<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, max: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
