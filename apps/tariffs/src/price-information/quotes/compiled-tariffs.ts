import { type CompiledTariff, compileTariff } from '@chargemesh/rating';
import { type PricedVersion, pinKey } from '../../price-list/tariffs/pinned.js';

/** Elements of all tariffs that are kept; most have less than ten, and some a thousand. */
const KEPT = 20_000;

export interface ReadyPrice {
  readonly version: PricedVersion;
  readonly compiled: CompiledTariff;
}

/** Tariffs that are ready to be rated with: those last used, up to a number of elements. */
export class CompiledTariffs {
  private readonly kept = new Map<string, ReadyPrice>();
  private elements = 0;

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
    this.drop(name);
    this.kept.set(name, price);
    this.elements += sizeOf(price);
    for (const oldest of this.kept.keys()) {
      if (this.elements <= this.atMost || oldest === name) return;
      this.drop(oldest);
    }
  }

  private drop(name: string): void {
    const price = this.kept.get(name);
    if (!price) return;
    this.kept.delete(name);
    this.elements -= sizeOf(price);
  }
}

function sizeOf({ version }: ReadyPrice): number {
  return version.tariff.elements.length;
}
