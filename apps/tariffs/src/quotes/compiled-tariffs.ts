import { type CompiledTariff, compileTariff } from '@chargemesh/rating';
import { type PricedVersion, pinKey } from '../tariffs/pinned.js';

/** A tariff of up to 1,000 elements is some hundred kB when it is compiled; most have less than ten. */
const KEPT = 1_000;

export interface ReadyPrice {
  readonly version: PricedVersion;
  readonly compiled: CompiledTariff;
}

/** Tariffs that are ready to be rated with; of the least recently used there is no more than a bound. */
export class CompiledTariffs {
  private readonly kept = new Map<string, ReadyPrice>();

  constructor(private readonly atMost = KEPT) {}

  /** A published version never changes, so what is kept is never stale. */
  async get(
    key: Parameters<typeof pinKey>[0],
    timeZone: string,
    load: () => Promise<PricedVersion | undefined>,
  ): Promise<ReadyPrice | undefined> {
    const name = `${pinKey(key)}/${timeZone}`;
    const known = this.kept.get(name);
    if (known) {
      this.keep(name, known);
      return known;
    }
    const version = await load();
    if (!version) return undefined;
    const made = { version, compiled: compileTariff(version.tariff, { timeZone }) };
    this.keep(name, made);
    return made;
  }

  private keep(name: string, price: ReadyPrice): void {
    this.kept.delete(name);
    const oldest = this.kept.size >= this.atMost ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(name, price);
  }
}
