import { type TaxedVersion, pinKey } from './pin.js';

/** Elements of all tariffs that are kept; most have less than ten, and some a thousand. */
const KEPT = 20_000;

/** Versions, and what was compiled of them: those last kept, up to a number of elements. */
export class KeptVersions {
  private readonly kept = new Map<string, TaxedVersion>();
  private elements = 0;

  constructor(private readonly atMost = KEPT) {}

  /** By the key of a pin. A published version never changes, so what is kept is never stale. */
  get(key: string): TaxedVersion | undefined {
    return this.kept.get(key);
  }

  /** Again, when it was used. */
  keep(version: TaxedVersion): void {
    const key = pinKey(version);
    this.drop(key);
    this.kept.set(key, version);
    this.elements += sizeOf(version);
    for (const oldest of this.kept.keys()) {
      if (this.elements <= this.atMost || oldest === key) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    const version = this.kept.get(key);
    if (!version) return;
    this.kept.delete(key);
    this.elements -= sizeOf(version);
  }
}

function sizeOf({ tariff }: TaxedVersion): number {
  return tariff.elements.length;
}
